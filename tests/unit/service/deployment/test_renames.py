"""Names changed in a line are found; lines added, lines removed and values changed are not."""

from __future__ import annotations

import pytest

from zkctl.service.deployment.renames import renamed

PLAIN = """\
services:
  a: {image: registry.example.com/zkp-prover:0.1.0}
  environment:
    ZKCTL_WORKERS: "1"
    REDIS_URL: redis://redis:6379/0
    ZKCTL_PEPPER_FILE: /run/secrets/pepper
  ports: ["127.0.0.1:8080:8080"]
proxy_set_header Host $host;
expr: sum by (circuit_id) (zkp_queue_depth)
server legacy.example.com:443;
"""


def lost(old: str, new: str) -> list[str]:
    assert old in PLAIN
    return [str(finding) for finding in renamed("file", PLAIN.replace(old, new, 1), PLAIN)]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("ZKCTL_WORKERS:", "ZKCTL_LISTEN:", "file:4: the line does not name ZKCTL_WORKERS"),
        ("REDIS_URL", "REDIS_URLS", "file:5: the line does not name REDIS_URL"),
        ("redis:6379", "redis:5432", "file:5: the line does not name 6379"),
        ("secrets/pepper", "secrets/paper", "file:6: the line does not name pepper"),
        ("8080:8080", "8080:9464", "file:7: the line does not name 8080"),
        ("$host", "$hots", "file:8: the line does not name host"),
        ("proxy_set_header", "proxy_sets_header", "file:8: the line does not name proxy_set_header"),
        ("circuit_id", "circuit", "file:9: the line does not name circuit_id"),
        ("zkp_queue_depth", "zkp_database_up", "file:9: the line does not name zkp_queue_depth"),
    ],
)  # fmt: skip
def test_a_changed_name_is_found(old: str, new: str, place: str) -> None:
    assert lost(old, new) == [f"{place}, as that of zkctl does"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"1"', '"4"'),
        ("registry.example.com", "images.example.org:5000/zkp"),
        ("legacy.example.com:443", "old.example.org:8443"),
        ("    REDIS_URL: redis://redis:6379/0\n", ""),
        ("  ports:", "    DATABASE_READ_URLS: postgresql://b\n  ports:"),
    ],
)
def test_other_edits_are_allowed(old: str, new: str) -> None:
    assert lost(old, new) == []


def test_a_name_changed_beside_a_new_line() -> None:
    found = lost("    REDIS_URL:", '    ZKCTL_TABLE_MB: "64"\n    REDIS_URI:')
    assert found == ["file:6: the line does not name REDIS_URL, as that of zkctl does"]
