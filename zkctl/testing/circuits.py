"""Check a circuit on inputs that it accepts and inputs that it refuses, compiled and run on numbers.

A failed check is an AssertionError that names the input by its place and never shows its values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from zkctl.constraints.signals import Role
from zkctl.dsl import Circuit, CompiledCircuit
from zkctl.dsl.nested_values import leaves
from zkctl.errors import AdviceFailed, CircuitError, HintFailed, UnsatisfiedError, ZkctlError
from zkctl.field import FieldArray

Inputs = Mapping[str, Any]


def check_circuit(
    circuit: Circuit,
    good: Sequence[Inputs] = (),
    bad: Sequence[Inputs] = (),
    *,
    level: int = 2,
    **parameters: Any,
) -> None:
    """Compile a circuit and check it on inputs.

    For good inputs the witness satisfies all constraints, also those simplified at a level, and the outputs are those that the circuit
    computes on numbers.  Bad inputs have the names and shapes of the circuit, and a constraint refuses them in both ways.
    Raises: AssertionError; CircuitError if it cannot be compiled.
    """
    compile_and_try(circuit, good, bad, level=level, **parameters)


def compile_and_try(
    circuit: Circuit,
    good: Sequence[Inputs] = (),
    bad: Sequence[Inputs] = (),
    *,
    level: int = 2,
    **parameters: Any,
) -> CompiledCircuit:
    """Return the circuit compiled and simplified, after the checks of `check_circuit`.  Raises: as it does."""
    compiled = circuit.compile(**parameters)
    simplified = compiled.simplified(level)
    for place, inputs in enumerate(good):
        _check_accepted(circuit, compiled, simplified, inputs, f"good[{place}]", parameters)
    for place, inputs in enumerate(bad):
        _check_names(compiled, inputs, f"bad[{place}]")
        _check_refused(circuit, compiled, inputs, f"bad[{place}]", parameters)
    return simplified


def assert_unsatisfied(
    circuit: Circuit | CompiledCircuit, inputs: Inputs, match: str = "", **parameters: Any
) -> None:
    """Check that a constraint refuses inputs, and that its message without values, or its place, matches a regular expression.

    A circuit that is compiled already is not compiled again, and takes no parameters.
    Raises: AssertionError.
    """
    if isinstance(circuit, CompiledCircuit):
        if parameters:
            raise AssertionError(
                f"a compiled circuit takes no parameters: expected none, got {', '.join(sorted(parameters))}"
            )
        compiled = circuit
    else:
        compiled = circuit.compile(**parameters)
    _check_names(compiled, inputs, "the input")
    try:
        compiled.witness(**inputs)
    except AdviceFailed as problem:
        raise AssertionError(_no_constraint("the input", problem)) from None
    except UnsatisfiedError as problem:
        if not re.search(match, f"{problem.public_message}\n{problem.public_where}"):
            raise AssertionError(
                f"the input is refused for another reason: expected a match of {match!r}, got {_shown(problem)}"
            ) from None
        return
    except ZkctlError as problem:
        raise AssertionError(_no_constraint("the input", problem)) from None
    raise AssertionError("the input is accepted: expected a broken constraint, got none")


def _no_constraint(name: str, problem: ZkctlError) -> str:
    return f"{name} is refused by no constraint: expected a broken one, got {_shown(problem)}"


def _shown(problem: ZkctlError) -> str:
    """Return the text of an error without values."""
    if isinstance(problem, UnsatisfiedError):
        return "\n  ".join([problem.public_message, *problem.public_where.splitlines()])
    return problem.public_message if isinstance(problem, HintFailed) else problem.message


def _check_names(compiled: CompiledCircuit, inputs: Inputs, name: str) -> None:
    """Check that inputs are refused for their values, not because a name is wrong."""
    groups = compiled.program.signals
    expected = sorted(group.name for group in groups if group.role is not Role.OUTPUT)
    if sorted(inputs) != expected:
        raise AssertionError(
            f"{name} has other names than the circuit: expected {', '.join(expected) or 'none'},"
            f" got {', '.join(sorted(inputs)) or 'none'}"
        )


def _check_accepted(
    circuit: Circuit,
    compiled: CompiledCircuit,
    simplified: CompiledCircuit,
    inputs: Inputs,
    name: str,
    parameters: Inputs,
) -> None:
    try:
        witness = compiled.witness(**inputs)
        outputs = list(leaves(circuit(**inputs, **parameters)))
    except ZkctlError as problem:
        raise AssertionError(
            f"{name} is refused: expected a witness, got {_shown(problem)}"
        ) from None
    left = witness if simplified.program.kept is None else [witness[k] for k in simplified.program.kept]  # fmt: skip
    for system, values in ((compiled, witness), (simplified, left)):
        broken = system.r1cs.first_unsatisfied(FieldArray.from_ints(system.program.field, values))
        if broken is not None:
            raise AssertionError(f"{name} breaks constraint {broken}: expected all to hold")
    computed = witness[1 : 1 + compiled.program.n_signals(Role.OUTPUT)]
    # No assert statement: pytest would add the values, which can be private, and -O would drop the check.
    if computed != outputs:
        raise AssertionError(
            f"{name} has other outputs as a witness than the circuit on numbers:"
            " expected the same, got a difference"
        )


def _check_refused(
    circuit: Circuit, compiled: CompiledCircuit, inputs: Inputs, name: str, parameters: Inputs
) -> None:
    runs: dict[str, Callable[[], object]] = {
        "the compiled circuit": lambda: compiled.witness(**inputs),
        "the circuit on numbers": lambda: circuit(**inputs, **parameters),
    }
    for which, run in runs.items():
        try:
            run()
        except HintFailed as problem:
            raise AssertionError(_no_constraint(name, problem)) from None
        except CircuitError:
            raise
        except UnsatisfiedError:
            continue
        except ZkctlError as problem:
            raise AssertionError(_no_constraint(name, problem)) from None
        raise AssertionError(f"{name} is accepted by {which}: expected a refusal, got none")
