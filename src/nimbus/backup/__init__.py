"""One file that holds a whole instance: made while it runs, restored elsewhere."""
