"""Standards, inspections, defects, abnormalities, actions: this room is not furnished yet."""
