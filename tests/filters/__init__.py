"""Tests of the filter language; a package, so that its modules can share the sample."""
