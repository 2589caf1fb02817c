"""Base64."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Uint, circuit, private
from zkctl.gadgets.text.base64 import base64_decode, base64_encode


@circuit
def encoded(x: Array[Uint] = private("n", bits=8), *, n: int) -> Array[Uint]:
    return base64_encode(x)


@circuit
def decoded(x: Array[Uint] = private("n", bits=8), *, n: int, size: int) -> Array[Uint]:
    return base64_decode(x, size=size)


CASES = [
    GadgetCase(
        gadget=base64_encode,
        circuit=encoded,
        parameters={"n": 4},
        inputs={"x": list(b"\xfb\xffAb")},
        outputs=list(b"+/9BYg=="),
        source="Python's base64",
        constraints=84,
        input_rows=32,
    ),
    GadgetCase(
        gadget=base64_encode,
        circuit=encoded,
        parameters={"n": 3},
        inputs={"x": list(b"\xfb\xffA")},
        outputs=list(b"+/9B"),
        source="Python's base64",
        constraints=64,
        input_rows=24,
    ),
    GadgetCase(
        gadget=base64_decode,
        circuit=decoded,
        parameters={"n": 4, "size": 3},
        inputs={"x": list(b"+/9B")},
        outputs=list(b"\xfb\xffA"),
        source="Python's base64",
        constraints=96,
        input_rows=32,
        refused=[{"x": list(text)} for text in (b"-/9B", b"+_9B", b"+/9=", b"+/9 ", b"+/9\0")],
    ),
    GadgetCase(
        gadget=base64_decode,
        circuit=decoded,
        parameters={"n": 8, "size": 4},
        inputs={"x": list(b"+/9BYg==")},
        outputs=list(b"\xfb\xffAb"),
        source="Python's base64",
        constraints=147,
        input_rows=64,
        refused=[{"x": list(text)} for text in (b"+/9BYh==", b"+/9BYg=A", b"+/9B====")],
    ),
]
