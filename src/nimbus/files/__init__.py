"""Uploaded and produced files: a row in the database, the bytes in the files folder."""

from nimbus.files import sweep as sweep
from nimbus.files.store import File, find, path_of, store

__all__ = ["File", "find", "path_of", "store"]
