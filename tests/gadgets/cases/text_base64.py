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


@circuit
def decoded_front(
    x: Array[Uint] = private("n", bits=8),
    length: Uint = private(bits=3),
    *,
    n: int,
    size: int,
) -> Array[Uint]:
    return base64_decode(x, size=size, length=length)


@circuit
def encoded_front(
    x: Array[Uint] = private("n", bits=8), length: Uint = private(bits=3), *, n: int
) -> Array[Uint]:
    return base64_encode(x, length=length)


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
    GadgetCase(
        gadget=base64_decode,
        circuit=decoded_front,
        parameters={"n": 8, "size": 5},
        inputs={"x": list(b"+/9BYg==".ljust(8, b"\0")), "length": 4},
        outputs=list(b"\xfb\xffAb\0"),
        source="Python's base64",
        constraints=185,
        input_rows=67,
        refused=[
            {"x": list(text), "length": length}
            for text, length in (
                (b"+/9BYh==", 4),
                (b"+/9BYg=A", 4),
                (b"+/9BYg==", 3),
                (b"+/9BYg==", 5),
                (b"+/9BYg\0\0", 4),
                (b"+/9B\0\0==", 3),
                (b"+/9BAA==", 3),
            )
        ],
    ),
    GadgetCase(
        gadget=base64_encode,
        circuit=encoded_front,
        parameters={"n": 4},
        inputs={"x": list(b"\xfb\xff\0\0"), "length": 2},
        outputs=list(b"+/8=\0\0\0\0"),
        source="Python's base64",
        constraints=101,
        input_rows=35,
    ),
]
