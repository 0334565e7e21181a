"""A company as its contacts have it: its page with its people, and its deletion (S0-26, S4-15)."""
