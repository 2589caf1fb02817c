from __future__ import annotations

from pathlib import Path
from typing import Any

from zkctl import circom
from zkctl.circom.python.functions import SharedFunctions
from zkctl.constraints.advice.instructions import AdviceProgram, Instruction, Op
from zkctl.dsl import Array, Signal, circuit, private
from zkctl.dsl.nested_values import signals_in

PROGRAMS = Path(__file__).parents[3] / "circom" / "programs"


def calls(name: str, *numbers: int) -> AdviceProgram:
    code = tuple(Instruction(Op.CALL, (number, 1, 1, 0, 1)) for number in numbers)
    return AdviceProgram(name, 1, (), 2, (1,), code)


def numbers(program: AdviceProgram) -> list[int]:
    return [each.operands[0] for each in program.code]


def test_only_called_functions_are_added_behind_those_of_others() -> None:
    other = calls("other")
    functions = [other]
    shared = SharedFunctions([calls("f", 2), calls("unused"), calls("g", 0, 2)], functions)
    code = calls("main", 2)
    assert numbers(shared.moved(code)) == [1]
    assert [each.name for each in functions] == ["other", "g", "f"]
    assert numbers(functions[1]) == [2, 1]
    assert numbers(functions[2]) == [1]
    assert numbers(shared.moved(calls("again", 0, 2))) == [2, 1]
    assert len(functions) == 3


def test_code_without_calls_stays() -> None:
    code = calls("none")
    assert SharedFunctions([], []).moved(code) is code


def test_two_programs_with_functions_in_one_circuit() -> None:
    files = [circom.load(PROGRAMS / f"run_time_{name}.circom") for name in ("functions", "recursion")]  # fmt: skip
    of_arrays, of_recursion = files[0].T(4), files[1].T()
    arguments = [3, 300, [9, 8, 7, 6], 1]

    @circuit
    def both(x: Array[Signal] = private(7), a: Signal = private(), b: Signal = private()) -> Any:
        found = of_arrays(x[0], x[1], x[2:6], x[6])
        return Array([*signals_in(found), *signals_in(of_recursion(a, b))])

    expected = [*signals(of_arrays(*arguments)), *signals(of_recursion(48, 37))]
    assert len(expected) > 3
    whole = both.compile()
    assert len(whole.program.functions) > 1
    for each in (whole, whole.simplified(2), whole.with_shared_sums(2)):
        wires = each.witness(x=[3, 300, 9, 8, 7, 6, 1], a=48, b=37)
        assert wires[1 : 1 + len(expected)] == expected


def signals(result: Any) -> list[int]:
    """The integers of a result, flat."""
    if isinstance(result, int):
        return [result]
    return [value for part in result for value in signals(part)]
