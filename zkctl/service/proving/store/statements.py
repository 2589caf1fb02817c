"""The statements of the store, read by name from the .sql files beside this module."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")


@cache
def statements(kind: str) -> Mapping[str, str]:
    """Return all statements of a kind of database by `topic.name`; kinds are the folders of `sql`."""
    folder = files(__package__) / "sql" / kind
    found = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".sql"):
            topic = file.name.removesuffix(".sql")
            _, *parts = _NAME.split(file.read_text("utf-8"))
            for name, text in zip(parts[::2], parts[1::2], strict=True):
                found[f"{topic}.{name}"] = text.strip().removesuffix(";")
    return found


@cache
def for_psycopg(statement: str) -> str:
    """Return a statement of PostgreSQL with the parameters `:name` in the form of psycopg."""
    return _PARAMETER.sub(r"%(\1)s", statement.replace("%", "%%"))


def json_value(value: Any) -> Any:
    """Return the data of a JSON column: PostgreSQL returns data, SQLite text."""
    return json.loads(value) if isinstance(value, str) else value
