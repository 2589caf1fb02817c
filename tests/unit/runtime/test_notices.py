"""Remarks reach the listener of their block, also from threads of the task, and nobody else."""

from __future__ import annotations

from functools import partial

from zkctl.runtime.notices import heard_by, remark
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import using


def test_remarks_reach_the_listener_of_the_block() -> None:
    outer: list[str] = []
    inner: list[str] = []
    remark("nobody hears this")
    with heard_by(outer.append):
        remark("one")
        with heard_by(inner.append):
            remark("two")
        with using(threads=3):
            in_parallel([partial(remark, "three")] * 3)
    remark("nobody hears this either")
    assert (outer, inner) == (["one", "three", "three", "three"], ["two"])
