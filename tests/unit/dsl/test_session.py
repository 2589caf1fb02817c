from __future__ import annotations

from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.dsl.session import Session
from zkctl.field import BN254_FR


def test_equal_advice_is_one_program() -> None:
    session = Session(BN254_FR)
    programs = [AdviceProgram(name, 1, (), 1, (0,), ()) for name in ("a", "a", "b")]
    names = [session.advice_name(program) for program in programs]
    assert names == ["advice:0", "advice:0", "advice:1"]


def test_a_function_defined_again_has_one_name() -> None:
    session = Session(BN254_FR)

    def make(n: int) -> object:
        def add(x: int) -> int:
            return x + n

        return add

    names = [session.user_hint_name(make(n)) for n in (1, 1, 2)]  # type: ignore[arg-type]
    assert names[0] == names[1] != names[2]
