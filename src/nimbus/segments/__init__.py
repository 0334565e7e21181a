"""Audiences: segments that are filters, static lists, and saved views of the contact list."""
