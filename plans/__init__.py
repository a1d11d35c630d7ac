"""The day's work: products, orders, checklists, team daily reports."""
