"""Inputs of circom's calculators against sizes and .sym files; the calculators themselves are in tests/interop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import FormatError, InputError
from zkctl.field import BN254_FR
from zkctl.formats.json.strict import Json
from zkctl.toolchain.circuit.circom_inputs import (
    GivenInputs,
    InputCheck,
    SymbolFile,
    find_symbols,
    named_signals,
)
from zkctl.toolchain.circuit.inputs import InputReader

# an output, the inputs, a signal between
MATRIX = ["o", *(f"m[{i}][{j}]" for i in range(2) for j in range(3)), "k[0]", "k[1]", "t"]
SEGMENT = ["o", *(f"s.p[{i}].{member}" for i in range(2) for member in "xy"), "s.w", "k", "t"]
SIZES = {
    "matrix": {"m": 6, "k": 2},
    "segment": {"s": 5, "s.w": 1, "k": 1} | {f"s.p[{i}].{m}": 1 for i in range(2) for m in "xy"},
}
ROWS: dict[str, Json] = {"m": [[1, 2, 3], [4, 5, 6]], "k": [1, 2]}


class Given:
    """Checks of one set of values, with what became of them."""

    def __init__(self, folder: Path, circuit: str, names: list[str] | None) -> None:
        self.sizes, self.total = SIZES[circuit], {"matrix": 8, "segment": 6}[circuit]
        self.reader = InputReader(BN254_FR, False, "in.json")
        self.symbols: SymbolFile | None = None
        if names is not None:
            rows = "".join(f"{k},{k},7,main.{name}\n" for k, name in enumerate(names, 1))
            (folder / "c.sym").write_text(rows + "99,99,8,main.c.in\n")
            self.symbols = SymbolFile(folder / "c.sym", False)

    def check(self, values: dict[str, Json], *, knows_sizes: bool = True) -> list[str]:
        """Check the values; return the warnings."""
        signals = {name: flat(value) for name, value in named_signals(values)}
        given = GivenInputs(values, self.reader, self.symbols)
        size_of = (lambda name: self.sizes.get(name, 0)) if knows_sizes else None
        InputCheck(given, self.total, size_of).check(signals)
        return self.reader.warnings

    def refusal(self, values: dict[str, Json], **options: Any) -> tuple[str, str]:
        """Return message and hint of the refusal."""
        with pytest.raises(InputError) as caught:
            self.check(values, **options)
        return caught.value.message, caught.value.hint


def flat(value: Json) -> list[Json]:
    return [x for item in value for x in flat(item)] if isinstance(value, list) else [value]


@pytest.fixture
def matrix(tmp_path: Path) -> Given:
    return Given(tmp_path, "matrix", MATRIX)


@pytest.fixture
def segment(tmp_path: Path) -> Given:
    return Given(tmp_path, "segment", SEGMENT)


# -- names


def test_members_of_buses_are_signals() -> None:
    values: dict[str, Json] = {
        "s": {"w": 6, "p": [[{"y": 3, "x": [1, 2]}], [{"x": [4, 5], "y": 6}]]},
        "k": [[7]],
    }
    assert dict(named_signals(values)) == {
        "s.w": 6,
        "s.p[0][0].y": 3,
        "s.p[0][0].x": [1, 2],
        "s.p[1][0].x": [4, 5],
        "s.p[1][0].y": 6,
        "k": [[7]],
    }


@pytest.mark.parametrize(
    ("values", "message", "hint"),
    [
        ({"s": {"w": 1}, "s.w": 2}, "input s.w is given twice", ""),
        ({"s": [1, 2], "s.w": 2}, "input s.w is given twice", "s holds its values too"),
        ({"m[0]": 1, "m": [2]}, "input m[0] is given twice", "m holds its values too"),
        ({"s": {}}, "input s is an object without members", ""),
        ({"s": [{"x": 1}, {}]}, "input s[1] is an object without members", ""),
        ({"s": [{"x": 1}, 2]}, "input s mixes objects and single values", "write one object for each element"),
    ],
)  # fmt: skip
def test_signals_that_are_given_twice_mixed_or_empty(
    values: dict[str, Json], message: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        list(named_signals(values))
    assert (caught.value.message, caught.value.hint) == (message, hint)


# -- the file


def test_the_file_beside_or_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "c_js"
    folder.mkdir()
    program = folder / "c.wasm"
    assert find_symbols(program, None) is None
    (tmp_path / "c.sym").write_text("")
    assert find_symbols(program, None) == SymbolFile(tmp_path / "c.sym", False)
    monkeypatch.chdir(folder)
    assert find_symbols(Path("c.wasm"), None) == SymbolFile(Path("../c.sym"), False)
    assert find_symbols(Path("../c_js/c.wasm"), None) == SymbolFile(Path("../c.sym"), False)
    (folder / "c.sym").write_text("")
    assert find_symbols(Path("c.wasm"), None) == SymbolFile(Path("c.sym"), False)
    assert find_symbols(program, tmp_path / "x") == SymbolFile(tmp_path / "x", True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,1,0,main.m\n", "the symbols are those of another circuit"),
        ("1,1,0,main.a\n", "the symbols are those of another circuit"),
        ("1,1,0,main.m[0\n", "the signal m[0 is no element of an array or bus"),
        ("no rows\n", "line 1 is not label,wire,component,name"),
    ],
)
@pytest.mark.parametrize("knows_sizes", [True, False])
def test_a_file_of_another_circuit(
    matrix: Given, tmp_path: Path, text: str, reason: str, knows_sizes: bool
) -> None:
    """One that is only found is left aside with a warning; one that is named is refused."""
    path = tmp_path / "c.sym"
    path.write_text(text)
    warning, *others = matrix.check(ROWS, knows_sizes=knows_sizes)
    assert warning == f"{path} is of no use, the shapes of inputs are unchecked: {reason}"
    assert len(others) == (0 if knows_sizes else 1)
    matrix.symbols = SymbolFile(path, True)
    with pytest.raises(FormatError) as caught:
        matrix.check(ROWS, knows_sizes=knows_sizes)
    assert (caught.value.message, caught.value.where) == (reason, str(path))


def test_flat_inputs_need_no_file(matrix: Given, tmp_path: Path) -> None:
    (tmp_path / "c.sym").write_text("no rows\n")
    assert matrix.check({"m": [1, 2, 3, 4, 5, 6], "k": [1, 2]}) == []


# -- shapes


def test_a_matrix_that_fits(matrix: Given) -> None:
    assert matrix.check(ROWS) == []


def test_buses_that_fit(segment: Given) -> None:
    points: Json = [{"y": 3, "x": 2}, {"x": 4, "y": 5}]
    assert segment.check({"k": 7, "s": {"w": 6, "p": points}}) == []
    assert segment.check({"k": 7, "s": [2, 3, 4, 5, 6]}) == []


@pytest.mark.parametrize("knows_sizes", [True, False])
def test_a_transposed_matrix(matrix: Given, tmp_path: Path, knows_sizes: bool) -> None:
    transposed: dict[str, Json] = {"m": [[1, 2], [3, 4], [5, 6]], "k": [1, 2]}
    assert matrix.refusal(transposed, knows_sizes=knows_sizes) == (
        "input m needs an array [2][3], but m is a list of 3",
        f"the shape is that in {tmp_path / 'c.sym'}",
    )
    matrix.symbols = None
    assert len(matrix.check(transposed, knows_sizes=knows_sizes)) == (not knows_sizes)


@pytest.mark.parametrize("names", [MATRIX, None])
def test_another_number_of_values(tmp_path: Path, names: list[str] | None) -> None:
    given = Given(tmp_path, "matrix", names)
    assert given.refusal(ROWS | {"k": [1]}) == ("input k has 2 values, got 1", "")


# -- missing and unknown inputs


@pytest.mark.parametrize("knows_sizes", [True, False])
@pytest.mark.parametrize(
    ("values", "missing"),
    [({"m": [1, 2, 3, 4, 5, 6]}, "got 6, missing: k[2]"), ({"k": [1, 2]}, "got 2, missing: m[2][3]")],
)  # fmt: skip
def test_missing_arrays(
    matrix: Given, values: dict[str, Json], missing: str, knows_sizes: bool
) -> None:
    text = f"the circuit has 8 input values, {missing}"
    assert matrix.refusal(values, knows_sizes=knows_sizes) == (text, "")


@pytest.mark.parametrize(
    ("points", "more", "missing"),
    [
        ([{"x": 1}, {"x": 2, "y": 3}], {"w": 4}, "got 5, missing: s.p[0].y"),
        ([{"x": 1}, {"x": 2}], {"w": 4}, "got 4, missing: s.p[0].y, s.p[1].y"),
        ([{"x": 1, "y": 2}, {"x": 1, "y": 2}], {}, "got 5, missing: s.w"),
    ],
)
def test_missing_members(segment: Given, points: Json, more: dict[str, Json], missing: str) -> None:
    text = f"the circuit has 6 input values, {missing}"
    assert segment.refusal({"s": {"p": points, **more}, "k": 7}) == (text, "")


def test_missing_elements(segment: Given) -> None:
    given: dict[str, Json] = {"s.p[0].x": 1, "s.p[0].y": 1, "k": 7}
    text = "the circuit has 6 input values, got 3, missing: s.p[1], s.w"
    assert segment.refusal(given)[0] == text


def test_missing_buses(segment: Given) -> None:
    assert segment.refusal({"k": 7})[0] == "the circuit has 6 input values, got 1, missing: s"
    assert segment.refusal({})[0] == "the circuit has 6 input values, got 0, missing: s, k"
    segment.sizes = {"s.w": 1, "k": 1}
    short: dict[str, Json] = {"s": {"w": 1, "p": []}, "k": 1}
    assert segment.refusal(short)[0] == "the circuit has no input s.p"


def test_missing_members_without_a_file(tmp_path: Path) -> None:
    segment = Given(tmp_path, "segment", None)
    points: Json = [{"x": 1}, {"x": 2, "y": 3}]
    assert segment.refusal({"s": {"p": points, "w": 4}, "k": 7}) == (
        "the circuit has 6 input values, got 5, missing: s.p[0].y",
        "pass the circuit's .sym file as `sym` to see the names of all inputs",
    )
    assert segment.refusal({"s": {"w": 4}, "k": 7})[0] == "the circuit has 6 input values, got 2"


NESTED: Json = [[[1]]]


@pytest.mark.parametrize(
    ("values", "message", "hint"),
    [
        ({"z": 1}, "the circuit has no input z", "the circuit's inputs are s, k"),
        ({"o": 1}, "the circuit has no input o", "the circuit's inputs are s, k"),
        ({"t": 1}, "the circuit has no input t", "the circuit's inputs are s, k"),
        ({"s": {"z": 1}}, "the circuit has no input s.z", "the members of s are p[2], w"),
        ({"s": {"p": [{"z": 1}]}}, "the circuit has no input s.p[0].z", "the members of s.p are x, y"),
        ({"s": {"p": [1, 2, 3, 4]}}, "the circuit has no input s.p", "write s.p as an array [2] of objects with x, y"),
        ({"s": {"p": [{"x": {"a": 1}}]}}, "the circuit has no input s.p[0].x.a", "write s.p.x as a single value"),
        ({"k[0]": 1}, "the circuit has no input k[0]", 'write {"k": [...]}'),
        ({"k[0][1]": 1}, "the circuit has no input k[0][1]", 'write {"k": [...]}'),
        ({"s.p[0]": 1}, "the circuit has no input s.p[0]", 'write {"s": {"p": [...]}}'),
        ({"main.k": 1}, "the circuit has no input main.k", 'write "k"'),
        ({"main.k[0]": NESTED}, "the circuit has no input main.k[0]", 'write {"k": [...]}'),
        ({"main.s": {"w": 1}}, "the circuit has no input main.s.w", 'write "s"'),
        ({"z[0]": 1}, "the circuit has no input z[0]", "the circuit's inputs are s, k"),
        ({"main.z": 1}, "the circuit has no input main.z", "the circuit's inputs are s, k"),
    ],
)  # fmt: skip
def test_unknown_signals(segment: Given, values: dict[str, Json], message: str, hint: str) -> None:
    assert segment.refusal(values) == (message, hint)


def test_hints_for_keys_need_no_file(tmp_path: Path) -> None:
    given = Given(tmp_path, "matrix", None)
    assert given.refusal({"k[0]": 1, "k[1]": 2})[1] == 'write {"k": [...]}'
    assert given.refusal({"main.k": 1})[1] == 'write "k"'
    assert given.refusal({"z": 1})[1] == ""


# -- circom 2.0.0 to 2.0.3


def test_calculators_without_sizes(matrix: Given) -> None:
    assert matrix.check(ROWS, knows_sizes=False) == []
    assert matrix.refusal(ROWS | {"k": [1]}, knows_sizes=False)[0] == "input k has 2 values, got 1"
    assert matrix.refusal(ROWS | {"z": 1}, knows_sizes=False) == (
        "the circuit has no input z",
        "the circuit's inputs are m[2][3], k[2]",
    )
    matrix.symbols = None
    assert matrix.check(ROWS, knows_sizes=False) == [
        "the sizes of inputs are unchecked: circom 2.0.0 to 2.0.3 made the module, and no .sym file is given as `sym`"
    ]


def test_inputs_that_cannot_be_told_apart_are_not_named(tmp_path: Path) -> None:
    """Without sizes, nothing says where the outputs end: eight values may be those from o or from k on."""
    names = ["o[0]", "o[1]", *MATRIX[1:-1]]
    given = Given(tmp_path, "matrix", names)
    assert given.refusal({"m": [1, 2, 3, 4, 5, 6]}, knows_sizes=False) == (
        "the circuit has 8 input values, got 6",
        "the circuit has the signals o[2], m[2][3], k[2], some of them inputs",
    )
