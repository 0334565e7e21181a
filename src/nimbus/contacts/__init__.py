"""The people of a workspace.

`contact` and `read` stand in the middle, `writing/` is how a contact changes; every other folder is
one thing that people do with contacts.
"""
