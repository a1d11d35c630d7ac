"""Figures, charts, month packs and dashboards: reads from every room, nothing imports it."""
