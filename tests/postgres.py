"""A PostgreSQL server to test against: the one that SPBE_TEST_POSTGRES_URL names, in schemas of the tests' own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest

URL = os.environ.get("SPBE_TEST_POSTGRES_URL", "")
needs_postgres = pytest.mark.skipif(not URL, reason="SPBE_TEST_POSTGRES_URL names no PostgreSQL server")


def connect() -> psycopg.Connection:
    """Connect beside the stores, as the server's superuser."""
    return psycopg.connect(URL, autocommit=True)


@contextmanager
def free_schema() -> Iterator[str]:
    """Give the address of a store that can be made; its schema is removed afterwards."""
    schema = f"spbe_test_{uuid4().hex}"
    try:
        yield f"{URL}?schema={schema}"
    finally:
        with connect() as server:
            server.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
