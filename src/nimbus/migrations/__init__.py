"""Plain SQL files, applied in order, one statement at a time, never edited once landed."""
