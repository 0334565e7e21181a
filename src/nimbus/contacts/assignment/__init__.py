"""Who works on a contact: which client, until when, with which priority (S0-59, D-25)."""
