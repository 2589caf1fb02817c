from __future__ import annotations

import numpy as np

from zkctl.constraints.assumption import (
    Assumption,
    StatedAssumption,
    is_of_library,
    stated_assumptions,
)
from zkctl.constraints.source_map import SourceMap, Span

OWN = Span("c.py", 4, 2, 9, "c", "  x = ...")
GADGET = Span("zkctl/gadgets/bits.py", 50, 4, 9, "from_bits", "    return ...")


def source() -> SourceMap:
    zero = np.zeros(0, np.uint32)
    nodes = np.array([0, 0, 1], np.uint32)
    return SourceMap((OWN, GADGET), nodes, np.array([0, 0, 1], np.uint32), ("",), zero, zero)


def test_copies_of_a_line_are_counted_and_the_library_stands_apart() -> None:
    given = [
        Assumption("small", 0, 255, 1, {5: 1}),
        Assumption("small", 0, 255, 1, {6: 1}),
        Assumption("small", 0, 1, 1, {6: 1}),
        Assumption("sum of bits", 0, 7, 2, {}),
        Assumption("nowhere", 0, 7, 0, {}),
    ]
    assert stated_assumptions(given, source(), of_library=False) == [
        StatedAssumption("small", "0 to 255", "c.py:4:3", 2),
        StatedAssumption("small", "0 to 1", "c.py:4:3", 1),
        StatedAssumption("nowhere", "0 to 7", "", 1),
    ]
    (library,) = stated_assumptions(given, source(), of_library=True)
    assert library == StatedAssumption("sum of bits", "0 to 7", "zkctl/gadgets/bits.py:50:5", 1)


def test_lines_of_the_library() -> None:
    assert is_of_library(GADGET)
    assert not is_of_library(OWN)
    assert not is_of_library(None)
