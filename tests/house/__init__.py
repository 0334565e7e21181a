"""Tests about the house itself: its walls, its layers, its SQL, its documents."""
