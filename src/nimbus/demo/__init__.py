"""A demo workspace: invented people who came through the real pipeline."""
