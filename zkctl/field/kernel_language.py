"""A small language for kernels: Python that emits LLVM IR and carries its own bounds.

* `Int` is a 64-bit scalar, `Pointer` an address counted in 64-bit words, `Variable` a mutable scalar.
* `Lanes` is a vector of 64-bit integers that knows the interval each lane lies in.  Operators emit one
  instruction and compute the new interval; an operation that could wrap raises BoundError while the
  kernel is built.  No bound lives in a comment: building a kernel proves it.
* `for i in loop(n)` and `with when(condition)` emit control flow around the Python body, which runs once.
* `Program.kernel` decorates a Python function whose body emits an exported function; `Program.routine` an
  internal, never inlined one (inlining a multiplication twenty times compiles 10x slower and runs slower).

The vector width is a property of the program: 8 lanes with AVX-512, 4 with AVX2, 2 elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from llvmlite import ir

I1, I8, I32, I64 = ir.IntType(1), ir.IntType(8), ir.IntType(32), ir.IntType(64)
POINTER = ir.PointerType()
VOID = ir.VoidType()

_builder: ContextVar[ir.IRBuilder] = ContextVar("builder")
_program: ContextVar[Program] = ContextVar("program")


class BoundError(ArithmeticError):
    """A lane could overflow: the kernel would be wrong for some input."""


def build() -> ir.IRBuilder:
    """The builder of the function being emitted."""
    return _builder.get()


# -- scalars


@dataclass(frozen=True, slots=True, eq=False)
class Int:
    """A 64-bit scalar; comparisons are signed and give an i1."""

    value: ir.Value

    def __add__(self, other: Int | int) -> Int:
        return Int(build().add(self.value, integer(other).value))

    def __sub__(self, other: Int | int) -> Int:
        return Int(build().sub(self.value, integer(other).value))

    def __rsub__(self, other: int) -> Int:
        return integer(other) - self

    def __mul__(self, other: Int | int) -> Int:
        return Int(build().mul(self.value, integer(other).value))

    __radd__ = __add__
    __rmul__ = __mul__

    def __and__(self, other: Int | int) -> Int:
        return Int(build().and_(self.value, integer(other).value))

    def __or__(self, other: Int | int) -> Int:
        return Int(build().or_(self.value, integer(other).value))

    def __xor__(self, other: Int | int) -> Int:
        return Int(build().xor(self.value, integer(other).value))

    def __lshift__(self, bits: Int | int) -> Int:
        return Int(build().shl(self.value, integer(bits).value))

    def __rshift__(self, bits: Int | int) -> Int:
        """Logical shift; see `arithmetic_shift` for the signed one."""
        return Int(build().lshr(self.value, integer(bits).value))

    def arithmetic_shift(self, bits: Int | int) -> Int:
        """Shift right, copying the sign."""
        return Int(build().ashr(self.value, integer(bits).value))

    def compare(self, operator: str, other: Int | int) -> ir.Value:
        """An i1: signed comparison."""
        return build().icmp_signed(operator, self.value, integer(other).value)

    def below(self, other: Int | int) -> ir.Value:
        """An i1: unsigned self < other."""
        return build().icmp_unsigned("<", self.value, integer(other).value)


def integer(x: Int | int) -> Int:
    """A scalar constant, or the scalar itself."""
    return x if isinstance(x, Int) else Int(ir.Constant(I64, _signed(x)))


def select(condition: ir.Value, yes: Int | int, no: Int | int) -> Int:
    """`yes` if the i1 is set, else `no`."""
    return Int(build().select(condition, integer(yes).value, integer(no).value))


class Variable:
    """A mutable 64-bit scalar (becomes a register)."""

    def __init__(self, initial: Int | int) -> None:
        self.slot = _entry_alloca(I64)
        self.set(initial)

    def get(self) -> Int:
        """The present value."""
        return Int(build().load(self.slot, typ=I64))

    def set(self, value: Int | int) -> None:
        """Assign."""
        build().store(integer(value).value, self.slot)


@dataclass(frozen=True, slots=True)
class Pointer:
    """An address, counted in 64-bit words (or in 32-bit ones by the methods that say so)."""

    value: ir.Value

    def at(self, words: Int | int) -> Pointer:
        """The address `words` 64-bit words further."""
        return Pointer(build().gep(self.value, [integer(words).value], source_etype=I64))

    def load(self, index: Int | int = 0) -> Int:
        """The word at `index`."""
        return Int(build().load(self.at(index).value, typ=I64))

    def store(self, value: Int | int, index: Int | int = 0) -> None:
        """Write the word at `index`."""
        build().store(integer(value).value, self.at(index).value)

    def load_i32(self, index: Int | int) -> Int:
        """The sign-extended 32-bit integer at `index`."""
        b = build()
        address = b.gep(self.value, [integer(index).value], source_etype=I32)
        return Int(b.sext(b.load(address, typ=I32), I64))

    def store_i32(self, value: Int, index: Int | int) -> None:
        """Write the low 32 bits at `index`."""
        b = build()
        address = b.gep(self.value, [integer(index).value], source_etype=I32)
        b.store(b.trunc(value.value, I32), address)

    def load_lanes(self, align: int | None = None) -> ir.Value:
        """A whole vector at this address (aligned to its size unless `align` bytes are given)."""
        kind = vector_type()
        return _aligned(build().load(self.value, typ=kind), align or 8 * kind.count)

    def store_lanes(self, value: ir.Value, align: int | None = None) -> None:
        """Write a whole vector."""
        _aligned(build().store(value, self.value), align or 8 * vector_type().count)


def _aligned(instruction: ir.Instruction, align: int) -> ir.Value:
    instruction.align = align
    return instruction


def _entry_alloca(kind: ir.Type, align: int | None = None) -> ir.Value:
    with build().goto_entry_block():
        slot = build().alloca(kind)
        if align:
            slot.align = align
    return _opaque(slot)


def _opaque(pointer: ir.Value) -> ir.Value:
    """The same address without llvmlite's pointee type."""
    pointer.type = POINTER
    return pointer


def scratch(words: int) -> Pointer:
    """Room for 64-bit words in the function's frame, aligned for vectors."""
    return Pointer(_entry_alloca(ir.ArrayType(I64, words), 64))


# -- control flow


def loop(n: Int | int, start: Int | int = 0, step: int = 1) -> Iterator[Int]:
    """for i in loop(n): emits a loop over start <= i < n around the Python body."""
    b = build()
    n, start = integer(n), integer(start)
    before, body = b.block, b.append_basic_block("body")
    after = b.append_basic_block("after")
    b.cbranch(start.compare("<", n), body, after)
    b.position_at_end(body)
    i = b.phi(I64)
    i.add_incoming(start.value, before)
    yield Int(i)
    following = Int(i) + step
    i.add_incoming(following.value, b.block)
    b.cbranch(following.compare("<", n), body, after)
    b.position_at_end(after)


@contextmanager
def when(condition: ir.Value, likely: bool | None = None) -> Iterator[None]:
    """Emit the Python body under `if condition`."""
    with build().if_then(condition, likely=likely):
        yield


@contextmanager
def repeat_while(condition: Callable[[], ir.Value]) -> Iterator[None]:
    """Emit the Python body under `while condition()`."""
    b = build()
    head, body, after = (b.append_basic_block(name) for name in ("head", "body", "after"))
    b.branch(head)
    b.position_at_end(head)
    b.cbranch(condition(), body, after)
    b.position_at_end(body)
    yield
    b.branch(head)
    b.position_at_end(after)


# -- vectors


def vector_type() -> ir.VectorType:
    """The program's vector of 64-bit lanes."""
    return ir.VectorType(I64, width())


def width() -> int:
    """Lanes per vector in the program being built."""
    return _program.get().width


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """A vector of 64-bit integers, each in low .. high (signed if low < 0)."""

    value: ir.Value
    low: int
    high: int

    def __add__(self, other: Lanes | int) -> Lanes:
        other = lanes(other)
        total = build().add(self.value, other.value)
        return _checked(total, self.low + other.low, self.high + other.high)

    def __sub__(self, other: Lanes | int) -> Lanes:
        other = lanes(other)
        total = build().sub(self.value, other.value)
        return _checked(total, self.low - other.high, self.high - other.low)

    def __mul__(self, other: Lanes | int) -> Lanes:
        """32 x 32 -> 64 bits (one vpmuludq)."""
        other = lanes(other)
        for x in (self, other):
            if x.low < 0 or x.high >> 32:
                raise BoundError(
                    f"a factor lies in {x.low} .. 2^{x.high.bit_length()}, not in 32 bits"
                )
        b = build()
        mask = lanes(0xFFFFFFFF).value  # the instruction ignores the upper half: this costs nothing
        product = b.mul(b.and_(self.value, mask), b.and_(other.value, mask))
        return _checked(product, self.low * other.low, self.high * other.high)

    def __rshift__(self, bits: int) -> Lanes:
        b = build()
        shift = b.lshr if self.low >= 0 else b.ashr
        return Lanes(shift(self.value, lanes(bits).value), self.low >> bits, self.high >> bits)

    def __lshift__(self, bits: int) -> Lanes:
        shifted = build().shl(self.value, lanes(bits).value)
        return _checked(shifted, self.low << bits, self.high << bits)

    def dropping_shift(self, bits: int) -> Lanes:
        """Shift left and let the upper bits fall out."""
        return Lanes(build().shl(self.value, lanes(bits).value), 0, (1 << 64) - 1)

    def __or__(self, other: Lanes) -> Lanes:
        """Bitwise or of non-negative lanes."""
        high = (1 << max(self.high, other.high).bit_length()) - 1
        return Lanes(build().or_(self.value, other.value), max(self.low, other.low), high)

    def low_bits(self, bits: int) -> Lanes:
        """The lowest bits as a non-negative number."""
        mask = (1 << bits) - 1
        high = min(self.high, mask) if self.low >= 0 else mask
        return Lanes(build().and_(self.value, lanes(mask).value), 0, high)

    def known(self, low: int, high: int) -> Lanes:
        """The same lanes with a narrower interval that follows from the value they belong to."""
        return Lanes(self.value, max(low, self.low), min(high, self.high))


def lanes(x: Lanes | int) -> Lanes:
    """A constant in every lane, or the lanes themselves."""
    if isinstance(x, Lanes):
        return x
    return Lanes(ir.Constant(vector_type(), [_signed(x)] * width()), x, x)


def broadcast(x: Int, low: int, high: int) -> Lanes:
    """A scalar in every lane; the caller states its interval."""
    b = build()
    first = b.insert_element(ir.Constant(vector_type(), ir.Undefined), x.value, I32(0))
    mask = ir.Constant(ir.VectorType(I32, width()), [0] * width())
    return Lanes(b.shuffle_vector(first, first, mask), low, high)


def choose(mask: ir.Value, yes: Lanes, no: Lanes) -> Lanes:
    """Lane-wise select by a vector of i1."""
    value = build().select(mask, yes.value, no.value)
    return Lanes(value, min(yes.low, no.low), max(yes.high, no.high))


def permute(x: Lanes, order: Sequence[int]) -> Lanes:
    """Lane k of the result is lane order[k] of x."""
    mask = ir.Constant(ir.VectorType(I32, width()), list(order))
    return Lanes(build().shuffle_vector(x.value, x.value, mask), x.low, x.high)


def lane(x: Lanes, k: int) -> Int:
    """One lane as a scalar."""
    return Int(build().extract_element(x.value, I32(k)))


def _checked(value: ir.Value, low: int, high: int) -> Lanes:
    if low < -(1 << 63) or (low < 0 and high >> 63) or high >> 64:
        raise BoundError(f"a lane may lie in {low} .. {high} (2^{high.bit_length()}): not 64 bits")
    return Lanes(value, low, high)


def _signed(x: int) -> int:
    x &= (1 << 64) - 1
    return x - (1 << 64) if x >> 63 else x


def in_this_order(values: list[Lanes]) -> list[Lanes]:
    """An empty assembly barrier: later products may not move before it (they would spill)."""
    live = [v for v in values if not isinstance(v.value, ir.Constant)]
    limit, register = _program.get().register_file
    if not live or len(live) > limit:
        return values
    kind = vector_type()
    result = ir.LiteralStructType([kind] * len(live))
    constraint = ",".join([f"={register}"] * len(live) + [str(k) for k in range(len(live))])
    assembly = ir.InlineAsm(
        ir.FunctionType(result, [kind] * len(live)), "", constraint, side_effect=True
    )
    b = build()
    block = b.call(assembly, [v.value for v in live])
    fresh = iter([Lanes(b.extract_value(block, k), v.low, v.high) for k, v in enumerate(live)])
    return [v if isinstance(v.value, ir.Constant) else next(fresh) for v in values]


# -- programs


class Program:
    """A module of kernels for one vector width."""

    def __init__(self, name: str, width: int, triple: str, x86: bool) -> None:
        self.module = ir.Module(name)
        self.module.triple = triple
        self.width = width
        self.x86 = x86

    @property
    def register_file(self) -> tuple[int, str]:
        """Vectors a barrier may hold, and the constraint letter (none outside x86)."""
        if not self.x86:
            return (0, "")
        return (30, "v") if self.width == 8 else (15, "x")

    def kernel(self, name: str, *types: ir.Type, returns: ir.Type = VOID) -> _Decorator:
        """Decorate the body of an exported function; arguments arrive as Pointer or Int."""
        return lambda body: self._function(name, types, returns, body)

    def routine(self, name: str, *types: ir.Type, returns: ir.Type = VOID) -> _Decorator:
        """Decorate the body of an internal function that is never inlined."""

        def decorate(body: Callable[..., Int | None]) -> ir.Function:
            function = self._function(name, types, returns, body)
            function.linkage = "internal"
            function.attributes.add("noinline")
            return function

        return decorate

    def constant_lanes(self, name: str, rows: Sequence[int]) -> Pointer:
        """A read-only table of words, each repeated in every lane."""
        words = [_signed(word) for word in rows for _ in range(self.width)]
        kind = ir.ArrayType(I64, len(words))
        table = ir.GlobalVariable(self.module, kind, name)
        table.linkage, table.global_constant, table.align = "internal", True, 64
        table.initializer = ir.Constant(kind, words)
        return Pointer(_opaque(table))

    def _function(
        self,
        name: str,
        types: Sequence[ir.Type],
        returns: ir.Type,
        body: Callable[..., Int | None],
    ) -> ir.Function:
        function = ir.Function(self.module, ir.FunctionType(returns, types), name)
        outer = (
            _program.set(self),
            _builder.set(ir.IRBuilder(function.append_basic_block("entry"))),
        )
        try:
            self._align_frame()
            result = body(*(Pointer(a) if a.type == POINTER else Int(a) for a in function.args))
            build().ret_void() if result is None else build().ret(result.value)
        finally:
            _program.reset(outer[0])
            _builder.reset(outer[1])
        return function

    def _align_frame(self) -> None:
        """Keep one vector slot alive, so that the frame is aligned and spills keep to cache lines."""
        if not self.x86:
            return
        b = build()
        slot = b.alloca(ir.VectorType(I64, self.width))
        slot.align = 8 * self.width
        kind = ir.FunctionType(VOID, [POINTER])
        b.call(ir.InlineAsm(kind, "", "r", side_effect=True), [_opaque(slot)])


_Decorator = Callable[[Callable[..., Int | None]], ir.Function]


def call(function: ir.Function, *arguments: Pointer | Int | int) -> Int | None:
    """Call a routine of the same program."""
    values = [a.value if isinstance(a, Pointer) else integer(a).value for a in arguments]
    result = build().call(function, values)
    return None if function.function_type.return_type == VOID else Int(result)
