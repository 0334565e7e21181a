"""A file on its way in: upload, mapping, preview, the run in stages, report, rollback."""
