"""Places for stores: a directory, a SQLite file, a schema of a PostgreSQL server, each empty and gone afterwards.

The server is the one at `TIERKIT_TEST_POSTGRES`, or one on this machine. Where none can be reached, tests that need
it are skipped, and fail where `TIERKIT_REQUIRE_SERVICES` is set.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

SERVER = os.environ.get("TIERKIT_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
KINDS = ("directory", "sqlite", "postgresql")
DATABASES = KINDS[1:]


@contextlib.contextmanager
def place(kind: str, path: Path) -> Iterator[str]:
    """The address of an empty place."""
    if kind == "directory":
        yield str(path / "store")
    elif kind == "sqlite":
        yield f"sqlite:///{path}/rules.db"
    else:
        with schema() as address:
            yield address


@contextlib.contextmanager
def schema(*, options: str = "") -> Iterator[str]:
    """The address of an empty schema of the server."""
    reason = _unreachable()
    if reason is not None:
        text = f"no PostgreSQL at {sa.make_url(SERVER).render_as_string()}: {reason}"
        if os.environ.get("TIERKIT_REQUIRE_SERVICES"):
            pytest.fail(text)
        pytest.skip(text)
    name = f"tierkit_{uuid.uuid4().hex}"
    run(SERVER, f'CREATE SCHEMA "{name}"')
    try:
        url = sa.make_url(SERVER).update_query_dict({"options": f"-csearch_path={name} {options}".strip()})
        yield url.render_as_string(hide_password=False)
    finally:
        run(SERVER, f'DROP SCHEMA "{name}" CASCADE')


def run(address: str, statement: str, **values: object) -> list[tuple[object, ...]]:
    """One statement in a database, by hand."""
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.begin() as connection:
        found = connection.execute(sa.text(statement), values)
        return [tuple(row) for row in found] if found.returns_rows else []


@cache
def _unreachable() -> str | None:
    """Why the server cannot be reached, once asked."""
    engine = sa.create_engine(SERVER, poolclass=sa.NullPool, connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except sa.exc.SQLAlchemyError as error:
        return str(getattr(error, "orig", error)).splitlines()[0]
    return None
