"""What the columns of a file probably are, by their headers and their values."""
