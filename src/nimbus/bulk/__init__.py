"""Doing one thing to many contacts: frozen, counted, in batches, logged, taken back as a whole."""
