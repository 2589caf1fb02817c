"""What spares a usual document a step for each value refuses exactly what the steps refuse, with the same words."""

from __future__ import annotations

import random

import pytest

from tests.property.mutants import json_mutant
from zkctl.errors import ZkctlError
from zkctl.formats.json import strict
from zkctl.formats.json.strict import load_json

DOCUMENTS = [
    b'{"a": [1, 2, -3], "b": "4", "c": {"d": [["5"], [6, "x"]]}}',
    b'[{"a": 1, "b": 2}, 0, -1, 1.5, 1e3, -0, NaN, Infinity, true, null, ""]',
    b'{"a": "\\ud83d\\ude00", "b\\u0041": "\\\\u", "c": "\\"[", "d": "tab\\t", "a": "]}"}',
    b'["-0", "12345678901", "1.5", "{[{[", "\xc3\xa9", 12345678901, -1234567890]',
    b'{"text": "\\u0000", "other": "\\udc00", "more": ["\\\\", "\\\\\\"["]}',
    b"[[[[[[1]]]], {}], []]",
]
PIECES = [b'"', b"\\", b"[", b"]", b"{", b"}", b"-0", b"-", b"1" * 11, b"1" * 10, b".", b","]
PIECES += [b"\\u0000", b"\\ud800", b"\0", b"\n", b":", b" ", b'"a":1,']


def outcome(raw: bytes) -> str:
    try:
        return repr(load_json(raw, max_depth=5, max_digits=10, where="f"))
    except ZkctlError as problem:
        return f"{type(problem).__name__} {problem.where}: {problem.message} {problem.hint}"


def spliced(source: random.Random) -> bytes:
    document = source.choice(DOCUMENTS)
    for _ in range(source.randrange(4)):
        start = source.randrange(len(document) + 1)
        end = start + source.choice([0, 0, 1, 3])
        document = document[:start] + source.choice(PIECES) + document[end:]
    return document


def test_shortcuts_change_no_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    source = random.Random(2)
    documents = [spliced(source) for _ in range(8000)]
    whole = [raw.decode() for raw in (DOCUMENTS[0], DOCUMENTS[3], DOCUMENTS[5])]
    documents += [json_mutant(source, whole[k % 3]) for k in range(4000)]
    quick = [outcome(raw) for raw in documents]

    class EveryStep(strict._Hooks):
        def __init__(self, max_digits: int, **options: bool) -> None:
            super().__init__(max_digits, **options)
            self.has_refused = True

    monkeypatch.setattr(strict, "_Hooks", EveryStep)
    monkeypatch.setattr(strict, "_has_plain_numbers", lambda *_: False)
    monkeypatch.setattr(strict, "_outside_strings", lambda text: strict._STRING.sub("", text))
    slow = [outcome(raw) for raw in documents]
    assert quick == slow
    refusals = {text.split(":", 1)[1][:12] for text in quick if text.startswith("FormatError")}
    assert len(refusals) >= 6


def test_the_depth_is_the_same_without_the_count() -> None:
    """Few brackets cannot nest deeply, so that their places need not be known."""
    source = random.Random(3)
    documents = ["".join(source.choices('[]{}"\\,1', k=source.randrange(24))) for _ in range(8000)]
    for text in documents:
        is_too_deep = False
        try:
            strict._limit_depth(text, 5, "f")
        except ZkctlError:
            is_too_deep = True
        assert not is_too_deep or text.count("[") + text.count("{") > 5
