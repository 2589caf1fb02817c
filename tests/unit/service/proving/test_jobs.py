"""Records of jobs."""

from __future__ import annotations

import time
from uuid import UUID

from zkctl.service.proving.jobs import NewJob, new_job_id


def test_ids_are_uuids_of_version_7_in_the_order_of_time() -> None:
    before = time.time_ns() // 1_000_000
    ids = [UUID(new_job_id()) for _ in range(100)]
    after = time.time_ns() // 1_000_000
    assert {(each.version, each.variant) for each in ids} == {(7, "specified in RFC 4122")}
    assert all(before <= each.int >> 80 <= after for each in ids)
    assert len(set(ids)) == 100


def test_the_text_of_a_new_job_shows_no_value() -> None:
    new = NewJob("acme", "did:x", "membership-v1", "groth16", "inputs", b"secret", "key")
    assert "secret" not in repr(new)
    assert "acme" not in repr(new)
