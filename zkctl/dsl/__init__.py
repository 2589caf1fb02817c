"""The circuit language: decorated functions over typed signals.

from zkctl.dsl import Signal, circuit, constrain, private, public

@circuit
def multiplier(a: Signal = private(), b: Signal = private(), c: Signal = public()) -> None:
    constrain(a * b == c, "c is not the product")
"""

from zkctl.dsl import hints
from zkctl.dsl.advice import Int, Ints, advice
from zkctl.dsl.advice.log import log
from zkctl.dsl.array import Array
from zkctl.dsl.circuit import Circuit, circuit
from zkctl.dsl.gadget import discard, gadget
from zkctl.dsl.hints import hint
from zkctl.dsl.inputs import private, public
from zkctl.dsl.link import CompiledCircuit
from zkctl.dsl.numbers import uint_bits as _uint_bits  # noqa: F401  # the operators of Uint on its bits
from zkctl.dsl.numbers.word import Byte, Word, Word32, Word64, add
from zkctl.dsl.numbers.word_logic import choose, majority, xor_all
from zkctl.dsl.signal import Bit, Signal, Uint
from zkctl.dsl.statements.assumptions import assume_bit, assume_uint
from zkctl.dsl.statements.bits import bit
from zkctl.dsl.statements.constrain import constrain
from zkctl.dsl.statements.statement import Comparison, Equation
from zkctl.dsl.struct import Struct
from zkctl.dsl.struct_fields import sized
from zkctl.dsl.trace import eager_field
from zkctl.dsl.value_types import AnyShape
from zkctl.dsl.wires import dot, wire

__all__ = [
    "AnyShape",
    "Array",
    "Bit",
    "Byte",
    "Circuit",
    "Comparison",
    "CompiledCircuit",
    "Equation",
    "Int",
    "Ints",
    "Signal",
    "Struct",
    "Uint",
    "Word",
    "Word32",
    "Word64",
    "add",
    "advice",
    "assume_bit",
    "assume_uint",
    "bit",
    "choose",
    "circuit",
    "constrain",
    "discard",
    "dot",
    "eager_field",
    "gadget",
    "hint",
    "hints",
    "log",
    "majority",
    "private",
    "public",
    "sized",
    "wire",
    "xor_all",
]
