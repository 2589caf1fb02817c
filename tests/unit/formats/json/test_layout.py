"""The layout of snarkjs' JSON."""

from zkctl.formats.json.layout import text_of


def test_each_element_has_a_line() -> None:
    assert text_of({"a": ["1", ["2"]], "n": 3}) == (
        '{\n "a": [\n  "1",\n  [\n   "2"\n  ]\n ],\n "n": 3\n}'
    )
