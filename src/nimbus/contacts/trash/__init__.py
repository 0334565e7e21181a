"""Into the trash, back from it, and gone for good (S0-44 … S0-46, D-09)."""
