# mypy: disable-error-code="valid-type, type-arg, misc"
"""Words against Python's integers: every operation in small widths, compiled and in eager mode."""

from collections.abc import Callable
from itertools import product
from typing import Annotated, Any

import pytest

from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from tests.support.circuits import check_circuit
from zkctl.constraints.signals import Role
from zkctl.dsl import (  # fmt: skip
    Array,
    Bit,
    Signal,
    Struct,
    Uint,
    Word,
    Word32,
    add,
    circuit,
    constrain,
    discard,
    gadget,
    private,
    public,
)
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR
from zkctl.gadgets.bits import from_bits
from zkctl.gadgets.select import mux, select, swap_if

N = 3
M = 1 << N
Operation = Callable[..., Any]


def rotated(x: int, n: int) -> int:
    n %= N
    return (x >> n | x << (N - n)) % M


OPERATIONS: dict[str, tuple[Operation, Operation, int]] = {  # on words, on integers, constraints
    "and": (lambda x, y: x & y, lambda x, y: x & y, N),
    "or": (lambda x, y: x | y, lambda x, y: x | y, N),
    "xor": (lambda x, y: x ^ y, lambda x, y: x ^ y, N),
    "not": (lambda x, y: ~x, lambda x, y: ~x % M, 0),
    "and constant": (lambda x, y: 5 & x, lambda x, y: x & 5, 0),
    "or constant": (lambda x, y: x | 5, lambda x, y: x | 5, 0),
    "xor constant": (lambda x, y: 5 ^ x, lambda x, y: x ^ 5, 0),
    "right": (lambda x, y: x >> 1, lambda x, y: x >> 1, 0),
    "right away": (lambda x, y: x >> 7, lambda x, y: 0, 0),
    "left": (lambda x, y: x << 2, lambda x, y: (x << 2) % M, 0),
    "left away": (lambda x, y: x << 7, lambda x, y: 0, 0),
    "rotate right": (lambda x, y: x.rotate_right(1), lambda x, y: rotated(x, 1), 0),
    "rotate left": (lambda x, y: x.rotate_left(1), lambda x, y: rotated(x, N - 1), 0),
    "rotate far": (lambda x, y: x.rotate_right(8), lambda x, y: rotated(x, 8), 0),
    "rotate by 0": (lambda x, y: x.rotate_left(0), lambda x, y: x, 0),
    "add": (lambda x, y: x + y, lambda x, y: (x + y) % M, N + 1),
    "add constant": (lambda x, y: 7 + x, lambda x, y: (x + 7) % M, N + 1),
    "add zero": (lambda x, y: x + 0, lambda x, y: x, 0),
    "add a Uint": (lambda x, y: x + y.value, lambda x, y: (x + y) % M, N + 1),
    "add many": (lambda x, y: add(x, y, y, 3, x), lambda x, y: (2 * x + 2 * y + 3) % M, N + 2),
    "add in steps": (
        lambda x, y: ((x + y) + y) + (x + 3),
        lambda x, y: (2 * x + 2 * y + 3) % M,
        N + 2,
    ),
    "subtract": (lambda x, y: x - y, lambda x, y: (x - y) % M, N + 1),
    "subtract constant": (lambda x, y: x - 3, lambda x, y: (x - 3) % M, N + 1),
    "subtract from": (lambda x, y: 3 - x, lambda x, y: (3 - x) % M, N + 1),
    "subtract a sum": (lambda x, y: x - (y + y), lambda x, y: (x - 2 * y) % M, N + 2),
    "mixed": (
        lambda x, y: (x + y).rotate_left(1) ^ (x & ~y),
        lambda x, y: rotated((x + y) % M, N - 1) ^ (x & ~y),
        3 * N + 1,
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation(name: str) -> None:
    on_words, on_integers, cost = OPERATIONS[name]

    @circuit
    def example(x: Word[N] = private(), y: Word[N] = private()) -> Word[N]:
        result = on_words(x, y)
        assert isinstance(result, Word[N])
        return result

    compiled = example.compile()
    assert compiled.r1cs.n_constraints - compiled.n_linear == 2 * N + cost
    for x, y in product(range(M), repeat=2):
        expected = on_integers(x, y)
        assert compiled.witness(x=x, y=y)[1] == example(x, y) == expected, (x, y)


@pytest.mark.parametrize("name", ["add", "subtract", "add many", "mixed", "xor"])
def test_every_witness_over_small_fields(name: str) -> None:
    on_words, _, _ = OPERATIONS[name]

    @circuit
    def example(x: Word[2] = private(), y: Word[2] = private()) -> Word[2]:
        return on_words(x, y)

    for field in SMALL_FIELDS[-2:]:
        compiled = example.over(field).compile()
        for x, y in product(range(5), repeat=2):
            found = possible_outputs(compiled, [x, y])
            assert len(found) == (max(x, y) < 4)
            for (value,) in found:
                assert value == example.over(field)(x, y)


def test_words_of_all_kinds() -> None:
    @circuit
    def example(
        u: Uint = private(bits=8), b: Array[Bit] = private(8), s: Signal = private()
    ) -> Array[Signal]:
        words = [
            Word[16](u),
            Word[16](300),
            Word[16](b"\x01\x02"),
            Word[16]([*b, *u.bits]),
            Word[16]([0] * 15 + [1]),
            Word[8](Word[8](u)),
            Word[16].from_bytes([u, from_bits(b)]),
            Word[16].from_bytes([u, 255], "little"),
            Word[9](u + 1),
        ]
        assert [word.width for word in words] == [16] * 5 + [8, 16, 16, 9]
        assert words[0].value is u
        assert all(isinstance(word.value, Uint) for word in words)
        assert all(len(word.bits) == word.width for word in words)
        parts = [*words[3].to_bytes(), *words[2].to_bytes("little")]
        assert all(part.n_bits <= 8 for part in parts)
        return Array([*(word.value for word in words), *parts])

    b = [1, 0, 0, 0, 0, 0, 1, 0]
    compiled = check_circuit(example, good=[{"u": 200, "b": b, "s": 1}])
    low = 65
    expected = [
        200,
        300,
        258,
        low + 256 * 200,
        1 << 15,
        200,
        200 * 256 + low,
        200 + 65280,
        201,
        200,
        low,
        2,
        1,
    ]
    assert compiled.witness(u=200, b=b, s=1)[1:14] == list(example(200, b, 1)) == expected
    assert compiled.r1cs.n_constraints - compiled.n_linear == 8 + 8 + 9  # u + 1: its own bits


def test_words_as_inputs_arguments_and_results() -> None:
    @gadget
    def lazily(x: Word[4], y: Word[4]) -> Word[4]:
        return x + y

    @gadget(stamped=True)
    def stamped(x: Word[4], *, more: Array[Word[4]]) -> tuple[Word[4], Signal]:
        return x ^ more[0], more[1].value

    @gadget
    def of_any_width(x: Word) -> Uint:
        return x.value

    @circuit
    def example(
        x: Array[Word[4]] = public("n"), y: Annotated[Word, 4] = private(), *, n: int = 2
    ) -> Array[Word[4]]:
        total = lazily(lazily(x[0], x[1]), lazily(y, 9))
        assert "a sum" in repr(total)
        first, second = stamped(total, more=[x[0], x[1] + y])
        constrain(first == (total ^ x[0]))
        constrain(x[0] + x[1] == y + 3, "the sums differ")
        again, _ = stamped(first, more=[5, y])
        whole = of_any_width(y)
        assert whole is y.value
        discard(whole)
        return Array([total, first, again, Word[4](second)])

    compiled = example.compile()
    x, y = [9, 13], 3
    total = (9 + 13 + 3 + 9) % 16
    expected = [total, total ^ 9, total ^ 9 ^ 5, (13 + 3) % 16]
    assert compiled.witness(x=x, y=y)[1:5] == list(example(x, y)) == expected
    assert compiled.program.n_signals(Role.PUBLIC) == 2
    for inputs in ({"x": [9, 13], "y": 4}, {"x": [9, 16], "y": 3}):
        with pytest.raises(UnsatisfiedError):
            compiled.witness(**inputs)
    with pytest.raises(UnsatisfiedError, match="input x does not fit in 4 bits"):
        example([9, 16], 3)
    with pytest.raises(UnsatisfiedError, match="the sums differ"):
        example([9, 13], 4)
    assert lazily(9, 13) == 6
    assert stamped(3, more=[5, 6]) == (6, 6)


def test_circuits_of_words_inside_others() -> None:
    @circuit
    def inner(x: Word[4] = private()) -> Word[4]:
        return x.rotate_left(1)

    @circuit
    def outer(x: Word[4] = private()) -> Word[4]:
        return inner(x) ^ inner(x + 1)

    assert outer(9) == 3 ^ 5
    assert outer.compile().witness(x=9)[1] == 3 ^ 5


def test_choices_between_words() -> None:
    @circuit
    def example(
        c: Bit = private(), x: Word[4] = private(), y: Word[4] = private()
    ) -> Array[Word[4]]:
        low, high = swap_if(c, x, y)
        return Array(
            [
                select(c, x, y),
                low,
                high,
                mux([c, 1], [x, x, y, x + y]),
                select(c, x + y, Word[4](1)),
            ]
        )

    compiled = example.compile()
    for c in (0, 1):
        expected = [(13, 6)[c], (6, 13)[c], (13, 6)[c], (13, 3)[c], (1, 3)[c]]
        assert compiled.witness(c=c, x=6, y=13)[1:6] == list(example(c, 6, 13)) == expected


def test_numbers_and_words_combine_from_both_sides() -> None:
    @circuit
    def example(
        x: Word[4] = private(), u: Uint = private(bits=3), b: Bit = private()
    ) -> Array[Word[4]]:
        constrain(u == Word[4](u))
        return Array([u + x, u - x, u & x, u | x, u ^ x, x ^ u, b + x, b & x, x | b])

    expected = [(5 + 9) % 16, (5 - 9) % 16, 5 & 9, 5 | 9, 5 ^ 9, 5 ^ 9, 10, 1, 9]
    assert example.compile().witness(x=9, u=5, b=1)[1:10] == list(example(9, 5, 1)) == expected


def test_a_sum_is_reduced_once() -> None:
    @circuit
    def example(x: Array[Word[32]] = private(8), *, use: int) -> None:
        total = add(*x)
        more = total + x[0]
        for _ in range(use):
            assert len(total.bits) == 32
            total.rotate_left(3)
            assert len(more.bits) == 32

    costs = [example.compile(use=use).r1cs.n_constraints for use in (0, 1, 4)]
    assert costs == [256, 256 + 35 + 36, 256 + 35 + 36]


def test_sums_that_the_field_cannot_hold_are_reduced_first() -> None:
    @circuit
    def example(x: Word[250] = private()) -> Word[250]:
        return add(*[x] * 7) + add(*[x] * 9) - x

    p = 2**250
    check_circuit(example, good=[{"x": 5}, {"x": p - 1}])
    assert example(p - 3) == (p - 3) * 15 % p

    @circuit
    def wide(x: Word[253] = private()) -> Word[253]:
        return x + x

    with pytest.raises(
        CircuitError, match=r"a sum of Word\[253\]s does not fit in the field"
    ) as caught:
        wide.compile()
    assert caught.value.hint == "the field must hold the sum before it is reduced"


def refused(body: Callable[[Any, Any, Any, Any], Any]) -> CircuitError:
    @circuit
    def example(
        x: Word[8] = private(), u: Uint = private(bits=9), s: Signal = private(), b: Bit = private()
    ) -> None:
        body(x, u, s, b)

    with pytest.raises(CircuitError) as caught:
        example.compile()
    assert "test_word.py" in caught.value.where
    with pytest.raises(CircuitError):
        example(1, 2, 3, 1)
    return caught.value


@gadget
def narrow(w: Word[8]) -> Signal:
    return w.value


@pytest.mark.parametrize(
    ("body", "message", "hint"),
    [
        (
            lambda x, u, s, b: x & s,
            "a Word[8] combines with words, Uints and integers, got a Signal",
            "to_uint(x, 8)",
        ),
        (
            lambda x, u, s, b: x ^ "text",
            "a Word[8] combines with words, Uints and integers, got a str",
            "to_uint",
        ),
        (lambda x, u, s, b: x + 256, "a Word[8] has at most 8 bits: got 256", "x.part(0, 8)"),
        (
            lambda x, u, s, b: x | -1,
            "a Word[8] has at most 8 bits: got -1",
            "to_uint(x, 8) enforces",
        ),
        (
            lambda x, u, s, b: x + u,
            "a Word[8] has at most 8 bits: got a Uint of up to 9",
            "to_uint(x, 8) enforces",
        ),
        (
            lambda x, u, s, b: Word[8](u),
            "a Word[8] has at most 8 bits: got a Uint of up to 9",
            "x.part",
        ),
        (
            lambda x, u, s, b: Word[8](s),
            "a Word[8] is made of a Uint, an integer, bits or bytes, got a Signal",
            "to_uint",
        ),
        (
            lambda x, u, s, b: Word[8](1.5),
            "a Word[8] is made of a Uint, an integer, bits or bytes, got a float",
            "",
        ),
        (lambda x, u, s, b: Word[8](u.bits), "a Word[8] needs 8 bits, got 9", ""),
        (lambda x, u, s, b: Word[8](b"ab"), "a Word[8] needs 8 bits in bytes, got 16", ""),
        (
            lambda x, u, s, b: Word[8]([b, s] * 4),
            "bit 1 of a Word[8] must be a Bit, got a Signal",
            "to_bits makes",
        ),
        (
            lambda x, u, s, b: Word[8]([2] * 8),
            "bit 0 of a Word[8] must be a Bit, got an int",
            "from_bytes takes",
        ),
        (
            lambda x, u, s, b: Word[16].from_bytes([u, 1]),
            "a Word[8] has at most 8 bits: got a Uint of up to 9",
            "",
        ),
        (lambda x, u, s, b: Word[16].from_bytes([1]), "a Word[16] needs 16 bits, got 8", ""),
        (lambda x, u, s, b: Word(u), "a word needs a width", "write Word[32](x)"),
        (
            lambda x, u, s, b: x ^ Word[9](u),
            "words of different widths do not combine: Word[8] and Word[9]",
            "other.value",
        ),
        (
            lambda x, u, s, b: add(x, Word[9](u)),
            "words of different widths do not combine: Word[8] and Word[9]",
            "",
        ),
        (lambda x, u, s, b: add(u, 3), "add needs a word at least", "numbers are added with +"),
        (
            lambda x, u, s, b: x.rotate_left(u),
            "a rotation of a word needs a constant, got a Uint",
            "mux(bits, words)",
        ),
        (
            lambda x, u, s, b: x >> u,
            "a shift of a word needs a constant, got a Uint",
            "mux(bits, words)",
        ),
        (lambda x, u, s, b: x << x, "a shift of a word needs a constant, got", "mux(bits, words)"),
        (lambda x, u, s, b: x >> -1, "a shift must not be negative, got -1", ""),
        (lambda x, u, s, b: Word[9](u).to_bytes(), "a Word[9] is no whole number of bytes", ""),
        (
            lambda x, u, s, b: narrow(Word[9](u)),
            "w of narrow must be a Word[8], got a Word[9]",
            "Word[8](x) makes",
        ),
        (
            lambda x, u, s, b: narrow(u),
            "a Word[8] has at most 8 bits: got a Uint of up to 9",
            "to_uint",
        ),
        (
            lambda x, u, s, b: narrow(s),
            "w of narrow must be a Word[8], got a Signal",
            "Word[8](x) makes",
        ),
        (
            lambda x, u, s, b: x < 3,
            "a word cannot be compared with < <= > >= or !=",
            "x.value is the number",
        ),
        (
            lambda x, u, s, b: x != 3,
            "a word cannot be compared with < <= > >= or !=",
            "x.value is the number",
        ),
        (
            lambda x, u, s, b: x * 3,
            "a word cannot be multiplied or divided",
            "x.value is the number",
        ),
        (
            lambda x, u, s, b: 1 if x else 0,
            "a word cannot decide an if, while, and, or, not",
            "select",
        ),
        (
            lambda x, u, s, b: {x: 1},
            "a word cannot be a dictionary key or a member of a set",
            "lists or Arrays",
        ),
        (lambda x, u, s, b: int(x), "a word cannot become a Python number", "integers"),
        (lambda x, u, s, b: x[0], "a word cannot be measured, indexed or iterated", "x.bits"),
        (
            lambda x, u, s, b: x == s,
            "a Word[8] combines with words, Uints and integers, got a Signal",
            "to_uint",
        ),
        (
            lambda x, u, s, b: s & x,
            "a signal cannot be combined with &",
            "to_bits",
        ),
    ],
)
def test_refused(body: Any, message: str, hint: str) -> None:
    problem = refused(body)
    assert message in problem.message
    assert hint in (problem.hint or "")


def test_a_width_is_a_number() -> None:
    for width in (0, -3, "n", 1.5):
        with pytest.raises(CircuitError, match="a word has a width of 1 bit or more: got Word"):
            Word[width]
    with pytest.raises(
        CircuitError, match=r"a word has a width of 1 bit or more: got Word\[8\]\[9\]"
    ):
        Word[8][9]
    assert Word[32] is Word32


def test_constant_words_outside_circuits() -> None:
    word = (Word[8](3) ^ 5).rotate_right(1) + 1
    assert word.bit_list() == [0, 0, 1, 0, 0, 0, 0, 0]
    with pytest.raises(CircuitError, match="a constant word has no signals outside a circuit"):
        assert word.value


def test_words_of_another_circuit() -> None:
    kept: list[Any] = []

    @circuit
    def keeping(x: Word[8] = private()) -> None:
        kept.append(x)
        narrow(kept[0])

    keeping.compile()
    with pytest.raises(
        CircuitError, match="w of narrow is a word of another circuit or gadget call"
    ):
        keeping.compile()


def test_words_over_a_field_too_small() -> None:
    @circuit
    def example(x: Word[8] = private()) -> Word[8]:
        return x

    with pytest.raises(CircuitError, match="input x is 8 bits wide, possible are 1 to 2"):
        example.over(SMALL_FIELDS[0]).compile()
    assert example.over(BN254_FR)(3) == 3


class Header(Struct):
    """A structure with a word."""

    state: Word[8]
    length: Uint[4]


def test_words_as_fields_of_structures() -> None:
    @circuit
    def example(h: Header = private(), more: Array[Header] = private(2)) -> Header:
        chosen = select(h.length.bits[0], h, more[0])
        assert isinstance(chosen.state, Word)
        constrain(chosen == Header(state=chosen.state ^ 0, length=chosen.length))
        return Header(state=chosen.state + more[1].state, length=chosen.length)

    inputs = {
        "h": {"state": 200, "length": 3},
        "more": [{"state": 1, "length": 2}, {"state": 100, "length": 3}],
    }
    compiled = example.compile()
    assert compiled.witness(**inputs)[1:3] == [300 % 256, 3]
    assert example(**inputs) == Header(state=44, length=3)
    with pytest.raises(UnsatisfiedError, match=r"input h\.state does not fit in 8 bits"):
        compiled.witness(**{**inputs, "h": {"state": 256, "length": 3}})
    for values in ({"state": 256, "length": 1}, {"state": -1, "length": 1}):
        with pytest.raises(
            CircuitError, match=r"state of Header must be a Word\[8\], got the integer"
        ):
            Header(**values)
    problem = refused(lambda x, u, s, b: Header(state=s, length=1))
    assert "state of Header must be a Word[8], got a Signal" in problem.message
