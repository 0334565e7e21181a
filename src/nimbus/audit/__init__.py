"""The audit log for people and programs: every change, by every path, with before and after."""
