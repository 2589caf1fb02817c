"""snarkjs' layout of JSON, whole and in pieces."""

from __future__ import annotations

import json

from zkctl.formats.json.layout import array_pieces, object_pieces, text_of
from zkctl.formats.json.strict import Json

DOCUMENT: Json = {"a": 1, "b": ["2", [], {}], "c": [None, True, {"d": "e"}]}
TEXT = """{
 "a": 1,
 "b": [
  "2",
  [
  ],
  {
  }
 ],
 "c": [
  null,
  true,
  {
   "d": "e"
  }
 ]
}"""


def test_every_element_has_a_line() -> None:
    assert text_of(DOCUMENT) == TEXT
    assert json.loads(TEXT) == DOCUMENT


def test_texts_are_escaped_and_otherwise_as_they_are() -> None:
    assert text_of('gate "ü"\n') == r'"gate \"ü\"\n"'


def test_pieces_make_the_same_text() -> None:
    first = array_pieces([['"2"', text_of([], 2)], [text_of({}, 2)]], 1)
    second = array_pieces([[], ["null"], [], ["true", text_of({"d": "e"}, 2)], []], 1)
    assert "".join(object_pieces({"a": 1}, [("b", first), ("c", second)])) == TEXT


def test_an_array_without_elements() -> None:
    assert "".join(array_pieces([], 0)) == "[\n]"
    assert "".join(array_pieces([[], []], 1)) == "[\n ]"
