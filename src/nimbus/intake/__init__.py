"""The one way in: every row, from whatever source, passes these stages (design idea 3)."""
