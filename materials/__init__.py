"""Items, BOM, quotas, stock ledger, slips, buying, stocktakes: this room is not furnished yet."""
