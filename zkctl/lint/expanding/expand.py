"""The certificate of the checker, of the steps that a prover wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from zkctl.errors import CheckFailed
from zkctl.lint.expanding import cases, copies, enumeration, sums, uniqueness, values
from zkctl.lint.expanding.explicit import explicit
from zkctl.lint.expanding.world import World

STEPS: dict[str, Callable[..., None]] = {
    "solve": uniqueness.solve,
    "combine": uniqueness.combine,
    "divide": uniqueness.divide,
    "isolate": uniqueness.isolate,
    "root": uniqueness.root,
    "digits": uniqueness.digits,
    "bits": sums.bits,
    "one_hot": uniqueness.one_hot,
    "quotient": uniqueness.quotient,
    "staircase": uniqueness.staircase,
    "enumerate": enumeration.enumerate_values,
    "roots": values.roots,
    "named_bit": values.named_bit,
    "range": values.range_of_sum,
    "product": values.range_of_product,
    "table": values.table,
    "sum_range": sums.range_of_bits,
    "nonzero": values.nonzero,
    "apart": values.apart,
    "cancel": values.cancel,
    "contradiction": values.contradiction,
    "absurd": values.absurd,
    "nonsquare": values.nonsquare,
    "define": values.define,
    "derive": values.derive,
    "copy": copies.use_copy,
    "contract": copies.believe_contract,
}
WITH_STEPS: dict[str, Callable[..., None]] = {
    "zero_or_not": cases.zero_or_not,
    "by_value": cases.by_value,
    "at_most": sums.at_most,
    "template": copies.prove_body,
}
MALFORMED = (
    TypeError,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


def expanded(system: Any, steps: Sequence[Any]) -> list[Any]:
    """Return the steps for the checker.  Raises: CheckFailed, naming the first step that cannot be written."""
    world = World(system)
    run(world, steps)
    try:
        return explicit(system, world.emitter.steps)
    except (CheckFailed, *MALFORMED) as problem:
        raise CheckFailed(
            "a step has no result that could be stated", where="the certificate"
        ) from problem


def run(world: World, steps: Sequence[Any]) -> None:
    """Run steps in a world, until it is found to be impossible.  Raises: CheckFailed."""
    for number, step in enumerate(steps):
        if world.impossible:
            return
        try:
            name, *arguments = step
            if name in WITH_STEPS:
                WITH_STEPS[name](world, run, *arguments)
            else:
                STEPS[name](world, *arguments)
        except CheckFailed as problem:
            problem.where = problem.where or f"step {number} ({name}) of the proof"
            raise
        except MALFORMED as problem:
            raise CheckFailed(
                "the step is malformed", where=f"step {number} of the proof"
            ) from problem
