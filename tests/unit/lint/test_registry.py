from __future__ import annotations

from pathlib import Path

import pytest

import zkctl.lint.passes
from zkctl.dsl import Signal, circuit, hint, hints, private
from zkctl.lint import registry
from zkctl.lint.registry import NAMES, PASSES, Pass, left_out, run_passes
from zkctl.lint.subject import subject_of

FOLDER = Path(zkctl.lint.passes.__file__).parent


@pytest.mark.parametrize("each", PASSES, ids=lambda each: each.code)
def test_the_docstring_begins_with_code_and_name_and_describes_the_attack(each: Pass) -> None:
    first, _, attack = each.description.partition("\n\n")
    assert first.startswith(f"{each.code} {each.name}: ")
    assert len(attack.split()) > 15
    assert FOLDER / f"{each.name.replace('-', '_')}.py" in FOLDER.iterdir()


def test_codes_and_names_are_distinct_and_every_file_is_a_pass() -> None:
    assert len({each.code for each in PASSES}) == len(PASSES)
    assert len(set(NAMES.values())) == len(NAMES) == len(PASSES) + 2
    assert len(list(FOLDER.glob("*.py"))) == len(PASSES) + 1


def test_findings_come_in_the_order_of_their_codes_and_quick_ones_are_a_part() -> None:
    @circuit
    def careless(x: Signal = private(), y: Signal = private()) -> Signal:
        hint(hints.inverse_or_zero, x)
        return y + 1

    subject = subject_of(careless.compile())
    found, quick = run_passes(subject), run_passes(subject, quick=True)
    assert [each.code for each in found] == ["L001", "L004", "L013", "L015"]
    assert [each.code for each in quick] == ["L001", "L004"]


def test_a_large_circuit_is_left_out_by_the_passes_that_read_row_by_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @circuit
    def shifted(x: Signal = private(), y: Signal = private()) -> Signal:
        return y + 1

    subject = subject_of(shifted.compile())
    assert left_out(subject) == []
    assert {"L004", "L013"} <= {each.code for each in run_passes(subject)}
    monkeypatch.setattr(registry, "MOST_ROWS", 0)
    (remark,) = left_out(subject)
    assert remark.startswith(
        "the circuit has 1 constraints: L005, L006, L007, L013, L014, L016, L019, L020 look at 0"
    )
    codes = {each.code for each in run_passes(subject)}
    assert "L004" in codes
    assert "L013" not in codes
