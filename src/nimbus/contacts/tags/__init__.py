"""The tags of a workspace: which there are, renaming, merging, colours, and their undoing."""
