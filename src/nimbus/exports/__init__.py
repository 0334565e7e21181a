"""Contacts as a file by the catalogue: CSV for spreadsheets and for us, JSON lines for programs."""
