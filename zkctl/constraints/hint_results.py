"""The results of one hint in Python: a built-in function, or code of the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.hint_functions import BUILT_IN
from zkctl.constraints.source_map import Span, describe
from zkctl.constraints.witness_program import USER_HINT, WitnessProgram
from zkctl.errors import AdviceFailed, CircuitError, ZkctlError

Value = Callable[[int], int]  # wire -> its value in [0, p)
UserHint = Callable[[Sequence[int]], Sequence[int]]


def hint_results(
    program: WitnessProgram, call: HintCall, value: Value, user_hints: Mapping[str, UserHint]
) -> Sequence[int]:
    """Return the results of a hint, in [0, p).  Raises: as `results_of_inputs`."""
    p = program.field.modulus
    inputs = [sum(c * value(wire) for wire, c in terms.items()) % p for terms in call.inputs]
    return results_of_inputs(program, call, inputs, user_hints)


def results_of_inputs(
    program: WitnessProgram,
    call: HintCall,
    inputs: Sequence[int],
    user_hints: Mapping[str, UserHint],
) -> Sequence[int]:
    """Return the results of a hint for inputs in [0, p), whatever the inputs of the call are; its errors name the line of the call.

    Raises: CircuitError for a hint of the user that is not in `user_hints`.
    """
    p = program.field.modulus
    if call.function in BUILT_IN:
        return BUILT_IN[call.function].evaluate(p, inputs, call.parameters)
    if call.function not in user_hints:
        raise CircuitError(
            f"the hint {call.function.removeprefix(USER_HINT)} is Python code, which a witness program does not contain",
            where=describe(program.source.chain(call.node)),
            hint="compute the witness in Python with circuit.compile().witness(...), or use the built-in hints",
        )
    try:
        return user_hints[call.function](inputs)
    except ZkctlError as problem:
        problem.where = problem.where or describe(_chain_of_failure(program, call, problem))
        raise


def _chain_of_failure(
    program: WitnessProgram, call: HintCall, problem: ZkctlError
) -> Sequence[Span]:
    """Return the source lines of a hint, of a failed assert statement its own line in the place of the first."""
    chain = program.source.chain(call.node)
    if isinstance(problem, AdviceFailed) and chain:
        place = problem.text.rpartition(" at ")[2]
        spans = program.source.spans
        own = (each for each in spans if each.place == place or each.place.endswith(f"/{place}"))
        return [next(own, chain[0]), *chain[1:]]
    return chain
