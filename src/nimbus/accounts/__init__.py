"""Workspaces, the clients of an agency, people with their roles, and issuing keys."""
