"""Companies: found or made by the domain of a row, else by its name."""
