"""What happened with a contact: events and their counters, and what people log."""
