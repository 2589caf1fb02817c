"""Tags and commitments."""

from __future__ import annotations

from typing import Any

from zkctl.address.hashes import (
    TAGS,
    fields_commitment,
    holder_key,
    pid_commitment,
    region_parts,
    region_prefix,
    registry_leaf,
)
from zkctl.address.pid import parse_pid, parse_region


def test_published_tags(vectors: dict[str, Any]) -> None:
    assert {name: str(tag) for name, tag in TAGS.items()} == vectors["tags"]


def test_published_prefixes(vectors: dict[str, Any]) -> None:
    for case in vectors["prefixes"]:
        assert str(region_prefix(parse_region(case["pid"]))) == case["prefix"]


def test_published_commitments(vectors: dict[str, Any]) -> None:
    for case in vectors["commitments"]:
        key = holder_key(int(case["holder_secret"]))
        pid = pid_commitment(parse_pid(case["pid"]), int(case["pid_salt"]))
        values, salts = ([int(x) for x in case[name]] for name in ("fields", "field_salts"))
        fields = fields_commitment(values, salts)
        leaf = registry_leaf(pid, fields, key, int(case["version"]))
        names = ("holder_key", "pid_commitment", "fields_commitment", "leaf")
        assert [str(x) for x in (key, pid, fields, leaf)] == [case[name] for name in names]


def test_parts_of_padding_are_zeros() -> None:
    assert region_parts(None) == ((0,) * 8, 0)
    assert region_parts(parse_region("JP-13")) == ((0x4A50, 0x3133, 0, 0, 0, 0, 0, 0), 2)
