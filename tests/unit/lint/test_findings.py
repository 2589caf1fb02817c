from __future__ import annotations

from zkctl.constraints.source_map import Span
from zkctl.lint.findings import Level, LintFinding, author_line

OWN = Span("c.py", 7, 4, 9, "c", "    x * y")
LIBRARY = Span("zkctl/gadgets/bits.py", 30, 0, 5, "to_bits", "sums")


def test_the_place_is_the_authors_innermost_line() -> None:
    finding = LintFinding(Level.NOTE, "text", chain=(LIBRARY, OWN))
    assert finding.span == OWN
    assert finding.place == "c.py:7:5"


def test_a_finding_without_source_and_one_of_the_library_alone() -> None:
    assert LintFinding(Level.NOTE, "text").place == ""
    assert author_line([LIBRARY]) == LIBRARY
    assert author_line([]) is None
