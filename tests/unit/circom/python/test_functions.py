from __future__ import annotations

from zkctl.circom.python.functions import SharedFunctions
from zkctl.constraints.advice.instructions import AdviceProgram, Instruction, Op


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
