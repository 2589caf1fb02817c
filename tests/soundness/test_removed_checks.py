"""The search for places that refuse, and their removal; removed_checks.py applies them to the package."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.soundness import check_places
from tests.soundness.check_places import Place, places, without
from tests.soundness.removed_checks import Suite, all_places, judge
from tests.soundness.unreachable_checks import UNREACHABLE

MODULE = "zkctl/groth16/verify.py"  # where answers of questions count
SOURCE = """
def accept(x, y, claims):
    check_size(x)
    claims.add("x", x)
    if x < 0 or not 1 <= y <= 9 or not bool((x == y) & known):
        raise InputError(f"{x} is a wrong {y} number", hint="a hint that is longer than the message")
    warnings = known_delta(x)
    assert_ours = AssertionError
    return [*warnings, *warnings_for_phase1(x)]

class Equation:
    def holds(self) -> bool:
        if self.x:
            return False
        raise AssertionError("never")

def _small(k) -> list[Finding]:
    return [] if k is None else [Finding("ID", "message")]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / MODULE
    path.parent.mkdir(parents=True)
    path.write_text(SOURCE)
    return tmp_path


def test_places_are_found(root: Path) -> None:
    ids = [place.id.removeprefix(f"{MODULE}:") for place in places(root, MODULE)]
    assert set(ids) == {
        "Equation.holds verdict return False",
        "_small list [Finding('ID', 'message')]",
        "accept call check_size(x)",
        "accept call claims.add('x', x)",
        "accept list warnings_for_phase1(x)",
        "accept list known_delta(x)",
        "accept operand 1 <= y",
        "accept operand not 1 <= y <= 9",
        "accept operand not bool((x == y) & known)",
        "accept operand x < 0",
        "accept operand x == y",
        "accept operand y <= 9",
        "accept operand known",
        "accept raise is a wrong",
    }


@pytest.mark.parametrize(
    ("which", "before", "after"),
    [
        ("raise is a wrong", "raise InputError", None),
        ("operand x < 0", "x < 0 or", "False or"),
        ("call check_size(x)", "check_size(x)", None),
        ("call claims.add('x', x)", "claims.add", None),
        ("list warnings_for_phase1(x)", "*warnings_for_phase1(x)", "*[]"),
        ("list known_delta(x)", "warnings = known_delta(x)", "warnings = []"),
        ("list [Finding('ID', 'message')]", "[Finding('ID', 'message')]", "else []"),
        ("verdict return False", "return False", "return True"),
    ],
)
def test_one_place_is_removed(root: Path, which: str, before: str, after: str | None) -> None:
    (place,) = (place for place in places(root, MODULE) if place.id.endswith(which))
    changed = without(root, place)
    assert before not in changed
    assert after is None or after in changed
    assert len(changed.splitlines()) == len(without(root, places(root, MODULE)[0]).splitlines())


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        ("not 1 <= y <= 9", ["not 1 <= y", "not y <= 9"]),
        ("not (a and b)", ["not (True and b)", "not (a and True)"]),
        ("not bool((a == b) & c)", ["not bool(a == b)", "not bool(c)"]),
        ("a | b", ["a", "b"]),
        ("(a, b) != (c, d)", ["(b,) != (d,)", "(a,) != (c,)"]),
        ("(a, b) == (c, d)", []),
        ("a and b", []),
        ("a & b", []),
        ("1 <= y <= 9", []),
    ],
)
def test_reasons_of_a_condition(root: Path, condition: str, left: list[str]) -> None:
    """Removing one must leave less refused, never more."""
    source = f"def f():\n    if {condition}:\n        raise InputError('wrong')\n"
    (root / MODULE).write_text(source)
    operands = [place for place in places(root, MODULE) if place.kind == "operand"]
    kept = [without(root, place).splitlines()[1].strip() for place in operands]
    assert sorted(kept) == sorted(f"if {text}:" for text in left)


def test_cases_of_a_loop(root: Path) -> None:
    """Written in the loop, or in a name before it; loops that refuse nothing have none."""
    source = """
def f(key):
    facts = (("a", key.a), ("b", key.b))
    for name, value in facts:
        if not value:
            raise InputError(f"{name} is wrong")
    for part in (key.a, key.b):
        check_members(part)
    for part in (key.a, key.b):
        print(part)
"""
    (root / MODULE).write_text(source)
    cases = [place for place in places(root, MODULE) if place.kind == "case"]
    assert [place.text for place in cases] == ["('a', key.a)", "('b', key.b)", "key.a", "key.b"]
    assert "facts = (('a', key.a),)" in without(root, cases[1])
    assert "in (key.b,):\n        check_members" in without(root, cases[2])


def test_early_answers(root: Path) -> None:
    """None or a defect, of a question that may answer so; not the yes at its end."""
    source = """
def opening(vk) -> Opening | None:
    if vk.x is None or vk.y != 1:
        return None
    return equation(vk)

def defect(vk) -> str | None:
    if vk.x == 1:
        return "x is one"
    return None

def other(vk) -> int:
    if vk.x:
        return 1
    return 2
"""
    module = "zkctl/plonk/verify.py"
    (root / module).parent.mkdir()
    (root / module).write_text(source)
    found = places(root, module)
    assert [f"{place.function} {place.kind} {place.text}" for place in found] == [
        "opening answer vk.x is None or vk.y != 1",
        "opening operand vk.x is None",
        "opening operand vk.y != 1",
        "defect answer vk.x == 1",
    ]
    assert "return None" not in without(root, found[0]).split("def defect")[0]
    assert "if vk.x is None or False:" in without(root, found[2])


def test_a_reason_that_stays_unreachable_is_well_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = Place(MODULE, "f", "raise", "wrong", 1, 1, 0)
    assert judge(place, "") == (False, "SURVIVED")
    assert judge(place, "test_x") == (True, "test_x")
    monkeypatch.setitem(UNREACHABLE, place.id, "the reader refuses it first")
    assert judge(place, "") == (True, "the reader refuses it first")
    assert judge(place, "test_x") == (False, "listed as unreachable, but: test_x")


def test_ids_are_unique_and_no_entry_is_stale() -> None:
    ids = [place.id for place in all_places()]
    assert len(ids) == len(set(ids)) > 500
    assert set(UNREACHABLE) <= set(ids)


def test_each_id_of_the_documents_has_a_place() -> None:
    text = (check_places.ROOT / "docs/reference/ceremonies.md").read_text()
    documented = set(
        re.findall(r"`[A-Z0-9]+(-[A-Z0-9]+)`", text.split("## What policy refuses")[1])
    )
    lists = " ".join(place.text for place in all_places() if place.kind == "list")
    assert len(documented) > 10
    assert not [check for check in documented if check not in lists]


def test_nearest_tests_come_first() -> None:
    (place,) = (p for p in all_places() if p.text == "the pairing check fails")
    stages = list(Suite().stages(place, near=False))
    assert stages[0] == ["tests/unit/ceremony/test_ratios.py"]
    assert "tests/soundness/test_ceremony_phase1.py" in stages[1]
    files = [path for stage in stages for path in stage]
    assert len(files) == len(set(files))


def test_tests_that_reach_the_place_run_first() -> None:
    place = next(p for p in all_places() if p.module == "zkctl/ceremony/ratios.py" and p.line)
    line = place.last_line
    suite = Suite()
    suite.reached["tests/a.py"] = {
        "tests/a.py::slow": {"seconds": 3, "lines": {place.module: [1, line]}},
        "tests/a.py::quick": {"seconds": 1, "lines": {place.module: [line]}},
        "tests/a.py::elsewhere": {"seconds": 0, "lines": {place.module: [line + 10**6]}},
        "tests/a.py::other_module": {"seconds": 0, "lines": {"zkctl/errors.py": [line]}},
    }
    assert suite.reaching(place, ["tests/a.py"]) == ["tests/a.py::quick", "tests/a.py::slow"]
