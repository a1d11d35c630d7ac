"""What every room's routes are made of: answers and refusals, exact JSON, registers, writes that are done once (FORMATS section 3)."""
