"""What a field of a contact was, since when, by whom and through what (F-21, G-49)."""
