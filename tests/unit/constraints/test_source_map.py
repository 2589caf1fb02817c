"""Source lines of rows, the author's before those of libraries."""

from __future__ import annotations

from zkctl.constraints.source_map import Span, describe, is_library_file


def test_lines_of_packages_are_named_after_the_authors() -> None:
    gadget = Span(
        "../node_modules/circomlib/circuits/bitify.circom", 38, 4, 8, "Num2Bits(3)", "lc1 === in;"
    )
    own = Span("main.circom", 4, 0, 9, "T(), component n", "component n = Num2Bits(3);")
    assert is_library_file(gadget.file)
    assert not is_library_file(own.file)
    first, *_, last = describe([gadget, own]).splitlines()
    assert first == "main.circom:4:1 in T(), component n"
    assert last.startswith("inside ../node_modules/circomlib/circuits/bitify.circom:38:5")
