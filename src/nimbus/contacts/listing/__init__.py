"""The list of contacts: its address, columns, cells, and what narrows it (S0-10 … S0-14)."""
