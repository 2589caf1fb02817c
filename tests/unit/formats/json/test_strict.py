"""The strict JSON parser (docs/design/security-cases.md, N29 to N35 and N38)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import EnvironmentProblem, FormatError, LimitError, ZkctlError
from zkctl.formats.json.strict import Node, load_json, parse_integer


def test_values() -> None:
    text = b' {"a": [1, -2, "x", true, false, null, {}, []], "\\u00e9\\ud83d\\ude00": "\\n"} \n'
    assert load_json(text) == {"a": [1, -2, "x", True, False, None, {}, []], "é😀": "\n"}


@pytest.mark.parametrize("digits", [16, 17, 78, 120])
def test_integers_are_exact(digits: int) -> None:
    value = int("9" * digits)
    assert load_json(str(value).encode()) == value
    assert load_json(b"-" + str(value).encode()) == -value


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"a": 1}')
    assert load_json(path) == {"a": 1}
    path.write_text('{"a": 1.5}')
    with pytest.raises(FormatError) as caught:
        load_json(path)
    assert caught.value.where == f"{path} $.a"


NOT_PLAIN = "a number that is not a plain integer"
HUGE = b"9" * 1_000_000
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "duplicate": (b'{"a": 1, "a": 2}', "duplicate key 'a'", "$"),
    "duplicate inside": (b'[{"x": {"b": 1, "c": 2, "b": 1}}]', "duplicate key 'b'", "$[0].x"),
    "duplicate, escaped": (b'{"a": 1, "\\u0061": 2}', "duplicate key 'a'", "$"),
    "duplicate, odd": (b'{"\\u001b[m": 1, "\\u001b[m": 2}', "duplicate key '\\\\x1b[m'", "$"),
    "nan": (b'{"a": [0, NaN]}', NOT_PLAIN, "$.a[1]"),
    "infinity": (b"[Infinity]", NOT_PLAIN, "$[0]"),
    "-infinity": (b"[-Infinity]", NOT_PLAIN, "$[0]"),
    "1.0": (b'{"a b": 1.0}', NOT_PLAIN, "$['a b']"),
    "1e3": (b"1e3", NOT_PLAIN, "$"),
    "1e400": (b"[1e400]", NOT_PLAIN, "$[0]"),
    "long float": (b"[0." + HUGE + b"]", NOT_PLAIN, "$[0]"),
    "-0": (b"[-0]", NOT_PLAIN, "$[0]"),
    "121 digits": (b"9" * 121, "a number of 121 digits, the limit is 120", "$"),
    "a million digits": (
        b"[" + HUGE + b"]",
        "a number of 1000000 digits, the limit is 120",
        "$[0]",
    ),
    "lone surrogate": (b'["\\ud800"]', "a string with a lone surrogate or NUL", "$[0]"),
    "NUL": (b'["a\\u0000b"]', "a string with a lone surrogate or NUL", "$[0]"),
    "NUL in a key": (b'{"a\\u0000b": 1}', "a string with a lone surrogate or NUL", "$ (a key)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_values_have_a_path(case: str) -> None:
    raw, message, path = REFUSED[case]
    start = time.process_time()
    with pytest.raises(FormatError) as caught:
        load_json(raw, where="a.json")
    assert caught.value.message.replace("\\\\", "\\") == message.replace("\\\\", "\\")
    assert caught.value.where == f"a.json {path}"
    assert time.process_time() - start < 5


MALFORMED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "expected JSON, found an empty file"),
    "spaces": (b" \n", "expected JSON, found an empty file"),
    "byte order mark": (
        b'\xef\xbb\xbf{"a": 1}',
        "expected JSON, found text with a byte order mark",
    ),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "expected JSON, found UTF-16 text"),
    "UTF-16 without mark": (
        '{"a": 1}'.encode("utf-16-le"),
        "not valid JSON: expecting property name enclosed in double quotes, line 1 column 2",
    ),
    "latin 1": (
        b'{"\xe9": 1}',
        "expected JSON in UTF-8, found JSON, byte 2 is 0xe9",
    ),
    "gzip": (b"\x1f\x8b\x08", "expected JSON, found gzip data"),
    "overlong": (
        b'"\xc0\xaf"',
        "expected JSON in UTF-8, found unknown data starting with 22c0af22",
    ),
    "surrogate bytes": (b'"\xed\xa0\x80"', "expected JSON in UTF-8"),
    "trailing": (b"{} x", "not valid JSON: extra data, line 1 column 4"),
    "two documents": (b"{}\n{}", "not valid JSON: extra data, line 2 column 1"),
    "cut": (b'{"a": [1, 2', "not valid JSON: expecting ',' delimiter, line 1 column 12"),
    "comment": (b"// 1", "not valid JSON: expecting value, line 1 column 1"),
    "single quotes": (b"{'a': 1}", "not valid JSON: expecting property name"),
    "hex": (b"[0x10]", "not valid JSON: expecting ',' delimiter, line 1 column 3"),
    "plus": (b"[+5]", "not valid JSON: expecting value, line 1 column 2"),
    "leading zero": (b"[007]", "not valid JSON: expecting ',' delimiter"),
    "underscore": (b"[1_000]", "not valid JSON: expecting ',' delimiter"),
    "fullwidth digits": ("[１２]".encode(), "not valid JSON: expecting value"),  # noqa: RUF001
    "arabic digits": ("[٣]".encode(), "not valid JSON: expecting value"),
    "newline in a string": (b'["a\nb"]', "not valid JSON: invalid control character at"),
    "NUL": (b"[1]\0", "not valid JSON: extra data, line 1 column 4"),
    "deep": (b"[" * 33 + b"]" * 33, "nested 33 levels deep, the limit is 32"),
    "very deep": (b"[" * 100_000, "nested 100000 levels deep, the limit is 32"),
    "deep objects": (b'{"a":' * 50_000, "nested 50000 levels deep, the limit is 32"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_documents(case: str) -> None:
    raw, message = MALFORMED[case]
    with pytest.raises(FormatError) as caught:
        load_json(raw, where="a.json")
    assert caught.value.message.startswith(message)
    assert caught.value.where == "a.json"


def test_brackets_in_strings_do_not_count() -> None:
    assert load_json(b'["[[[[\\"[[[[{{{{"]', max_depth=1) == ['[[[["[[[[{{{{']
    with pytest.raises(FormatError, match="not valid JSON: unterminated string"):
        load_json(b'["' + b"[" * 100)


@pytest.mark.parametrize(
    "raw",
    [b'"' + b'\\"' * 2_000_000, b'"' * 2_000_000, b'["' + b"\\\\" * 2_000_000, b"9" * 4_000_000],
    ids=["escapes", "quotes", "backslashes", "digits"],
)
def test_hostile_documents_cost_little(raw: bytes) -> None:
    start = time.process_time()
    with pytest.raises(FormatError):
        load_json(raw)
    assert time.process_time() - start < 5


def test_sizes_are_limited(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"[" + b" " * 50 + b"]")
    with pytest.raises(LimitError) as caught:
        load_json(path, max_bytes=51)
    message = "the file has more than 51 bytes, the limit for this kind of file"
    assert caught.value.message == message
    assert caught.value.exit_code == 7
    assert load_json(path, max_bytes=52) == []
    with pytest.raises(LimitError, match="the JSON has 52 bytes, the limit is 51"):
        load_json(path.read_bytes(), max_bytes=51)
    with pytest.raises(EnvironmentProblem, match="not a regular file: it is a device"):
        load_json(Path("/dev/zero"))


def test_integers_in_strings() -> None:
    assert parse_integer("0") == 0
    assert parse_integer("1" * 120) == int("1" * 120)
    assert parse_integer("0x10", allow_hex=True) == 16
    assert parse_integer("0xfF", allow_hex=True) == 255
    assert parse_integer("-12", allow_negative=True) == -12
    assert parse_integer("-0x1515", allow_hex=True, allow_negative=True) == -0x1515


ODD = [
    "\uff11\uff12",
    "\u0663",
    "\u00b2",
    "\ud800",
    "1_000",
    " 12",
    "12 ",
    "+5",
    "5\n",
    "007",
    "",
    "-",
]
ODD += [
    "--1",
    "0b1",
    "0o7",
    "1e3",
    "1.0",
    "NaN",
    "true",
    "0X10",
    "0x",
    "0xg",
    "x",
    "5\0",
    "-0",
    "0x-1",
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("lenient", [False, True])
def test_odd_integers_are_refused(text: str, lenient: bool) -> None:
    kind = "a decimal or 0x integer" if lenient else "a decimal integer"
    with pytest.raises(FormatError, match=f"the text is not {kind}") as caught:
        parse_integer(text, allow_hex=lenient, allow_negative=lenient, where="a.json $")
    assert caught.value.where == "a.json $"
    assert caught.value.message.isprintable()


def test_signs_and_hex_only_where_allowed() -> None:
    with pytest.raises(FormatError, match="the text is not a decimal integer"):
        parse_integer("0x10")
    with pytest.raises(FormatError, match="the text is not a decimal integer"):
        parse_integer("-1")


def test_values_are_not_quoted() -> None:
    secrets = (b'{"key": 31337.5}', b'{"key": "31337"} 31337', b'["31337', b'{"key": 31337e3}')
    for raw in secrets:
        with pytest.raises(FormatError) as caught:
            load_json(raw)
        assert "31337" not in str(caught.value)
    with pytest.raises(FormatError) as caught:
        parse_integer("31337x")
    assert "31337" not in str(caught.value)


def test_long_integers_in_strings_cost_nothing() -> None:
    message = "a number of 1000000 characters, the limit is 120 digits"
    with pytest.raises(FormatError, match=message):
        parse_integer("9" * 1_000_000)


NODE = Node({"a": ["1", 2, None, {"b c": True}], "n": -1}, "a.json")  # type: ignore[list-item]
COMPLAINTS: list[tuple[Callable[[], Any], str, str]] = [
    (NODE.elements, "expected an array, found an object", "$"),
    (lambda: NODE.member("z"), "missing 'z'", "$"),
    (lambda: NODE.member("a").member("z"), "expected an object, found an array", "$.a"),
    (lambda: NODE.member("a").members(), "expected an object, found an array", "$.a"),
    (lambda: Node([], "a.json").members(), "expected an object, found an array", "$"),
    (lambda: NODE.member("a").elements(3), "expected 3 elements, found 4", "$.a"),
    (lambda: NODE.member("a").text(), "expected a string, found an array", "$.a"),
    (NODE.member("a").elements()[1].text, "expected a string, found a number", "$.a[1]"),
    (NODE.member("a").elements()[2].text, "expected a string, found null", "$.a[2]"),
    (
        NODE.member("a").elements()[0].number,
        "expected a number, found a string",
        "$.a[0]",
    ),
    (
        lambda: NODE.member("a").elements()[3].member("b c").number(),
        "expected a number, found true",
        "$.a[3]['b c']",
    ),
]


@pytest.mark.parametrize(("ask", "message", "path"), COMPLAINTS)
def test_nodes_name_their_place(ask: Callable[[], Any], message: str, path: str) -> None:
    with pytest.raises(ZkctlError) as caught:
        ask()
    assert caught.value.message == message
    assert caught.value.where == f"a.json {path}"


def test_nodes_answer() -> None:
    assert NODE.member("n").number() == -1
    assert NODE.member("a").elements()[0].integer() == 1
    assert NODE.has("a", "n")
    assert not NODE.has("a", "z")
    assert not NODE.member("a").has("z")
    assert [node.path for node in NODE.members()] == ["$.a", "$.n"]


def test_a_proving_key_in_place_of_its_verification_key() -> None:
    with pytest.raises(FormatError, match="expected JSON, found a zkey file") as caught:
        load_json(b"zkey\1\0\0\0" + bytes(20), where="a.json")
    assert caught.value.hint == "write its verification key with `export_verification_key()`"


@pytest.mark.parametrize(("text", "tenths"), [("2.5", 25), ("0.1", 1), ("100.0", 1000), ("7", 70)])
def test_one_decimal_where_it_is_allowed(text: str, tenths: int) -> None:
    assert Node(load_json(text.encode(), one_decimal=True), "a.json").tenths() == tenths


@pytest.mark.parametrize(
    "text", ["2.55", "1e1", "-1.5", "00.5", "NaN", "12345678901.5", "-1", '"1"']
)
def test_other_numbers_are_refused_there_too(text: str) -> None:
    with pytest.raises(FormatError):
        Node(load_json(text.encode(), one_decimal=True), "a.json").tenths()


def test_a_decimal_is_refused_elsewhere() -> None:
    with pytest.raises(FormatError, match="not a plain integer"):
        load_json(b"2.5")


def test_flags_are_true_or_false() -> None:
    assert Node(load_json(b"true"), "a.json").flag() is True
    with pytest.raises(FormatError, match="expected true or false, found a number"):
        Node(load_json(b"1"), "a.json").flag()
