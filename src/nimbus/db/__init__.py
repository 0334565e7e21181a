"""The database: one server, three roles, one door; everything else asks here for a transaction."""
