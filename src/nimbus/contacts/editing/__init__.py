"""Editing one contact where it stands: forms, two at once, and `PATCH` (S0-24, S3-29)."""
