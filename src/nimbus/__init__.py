"""Nimbus Contacts: the open, self-hosted contact system for outbound sales teams."""
