"""The built-in hints: total functions on field elements, known by name, so that a witness program is data and not code.

A hint is the prover's advice and proves nothing; each is defined on every input (no division by zero, no missing root).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zkctl.field import PrimeField
from zkctl.runtime.records import record

MAX_OUTPUTS = 1 << 16  # of one call; a hostile program asks for more


@record
class HintFunction:
    """A named function (modulus, inputs, parameters) -> outputs, all of them integers in [0, p).

    `parameters` names its integer parameters; `n_outputs` counts the results for given parameters; `scalar` says that the language
    hands the only result over as it is, not as a tuple.
    """

    name: str
    n_inputs: int
    parameters: tuple[str, ...]
    n_outputs: Callable[[Sequence[int]], int]
    evaluate: Callable[[int, Sequence[int], Sequence[int]], list[int]]
    scalar: bool = True
    optional: tuple[tuple[str, int], ...] = ()

    def problem(self, n_inputs: int, parameters: Sequence[int], field: PrimeField) -> str:
        """Return the fault of a call, or an empty string."""
        if n_inputs != self.n_inputs:
            return f"hint {self.name} takes {self.n_inputs} inputs, got {n_inputs}"
        if len(parameters) != len(self.parameters):
            return f"hint {self.name} takes {len(self.parameters)} parameters, got {len(parameters)}"  # fmt: skip
        if any(not 0 <= value <= MAX_OUTPUTS for value in parameters):
            return f"a parameter of hint {self.name} is not in 0 .. {MAX_OUTPUTS}"
        if self is BITS and parameters[0] > field.n_bits:
            return f"hint bits yields at most {field.n_bits} bits in {field.name}, not {parameters[0]}"  # fmt: skip
        return ""


def _inverse_or_zero(p: int, inputs: Sequence[int], _parameters: Sequence[int]) -> list[int]:
    (x,) = inputs
    return [pow(x, -1, p) if x else 0]


def _divide_or_zero(p: int, inputs: Sequence[int], _parameters: Sequence[int]) -> list[int]:
    x, y = inputs
    return [x * pow(y, -1, p) % p if y else 0]


def _bits(_p: int, inputs: Sequence[int], parameters: Sequence[int]) -> list[int]:
    (x,) = inputs
    n_bits, first = parameters
    return [x >> k & 1 for k in range(first, first + n_bits)]


def _quotient_remainder(_p: int, inputs: Sequence[int], _parameters: Sequence[int]) -> list[int]:
    x, y = inputs
    return list(divmod(x, y)) if y else [0, x]


def _one(_parameters: Sequence[int]) -> int:
    return 1


def _two(_parameters: Sequence[int]) -> int:
    return 2


def _first(parameters: Sequence[int]) -> int:
    return parameters[0]


INVERSE_OR_ZERO = HintFunction("inverse_or_zero", 1, (), _one, _inverse_or_zero)
DIVIDE_OR_ZERO = HintFunction("divide_or_zero", 2, (), _one, _divide_or_zero)
BITS = HintFunction(
    "bits", 1, ("n_bits", "first"), _first, _bits, scalar=False, optional=(("first", 0),)
)
QUOTIENT_REMAINDER = HintFunction(
    "quotient_remainder", 2, (), _two, _quotient_remainder, scalar=False
)

MOST_PARAMETERS = 2
BUILT_IN = {f.name: f for f in (INVERSE_OR_ZERO, DIVIDE_OR_ZERO, BITS, QUOTIENT_REMAINDER)}
