"""Advice functions: hints over integers that a witness program holds as data.

from zkctl.dsl import Int, Ints, advice
from zkctl.dsl.advice import join, split

@advice
def divmod_limbs(a: Ints[4], b: Ints[4]) -> tuple[Ints[4], Ints[4]]:
    quotient, remainder = divmod(join(a, 64), join(b, 64))
    return split(quotient, 64, 4), split(remainder, 64, 4)
"""

from zkctl.dsl.advice.decorator import Advice, advice
from zkctl.dsl.advice.functions import (
    check,
    copy,
    inverse,
    isqrt,
    join,
    maximum,
    minimum,
    modulus,
    order,
    power,
    repeat,
    select,
    sort,
    split,
    zeros,
)
from zkctl.dsl.advice.integers import Int, Ints

__all__ = [
    "Advice",
    "Int",
    "Ints",
    "advice",
    "check",
    "copy",
    "inverse",
    "isqrt",
    "join",
    "maximum",
    "minimum",
    "modulus",
    "order",
    "power",
    "repeat",
    "select",
    "sort",
    "split",
    "zeros",
]
