from __future__ import annotations

from pathlib import Path

import pytest

import zkctl.lint.passes
from zkctl.dsl import Signal, circuit, hint, hints, private
from zkctl.lint.registry import NAMES, PASSES, Pass, run_passes
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
