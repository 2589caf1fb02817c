"""A small language for kernels: Python that emits LLVM IR.

* `Int` is a 64-bit scalar, `Pointer` an address counted in 64-bit words, `Variable` a mutable scalar.
* `for i in loop(n)` and `with when(condition)` emit control flow around the Python body, which
  runs once.
* `Program.kernel` decorates a Python function whose body emits an exported function, and
  `Program.routine` an internal, never inlined one (inlining a multiplication twenty times compiles
  10x slower and runs slower).

Vectors and their bounds are in lanes.py.  The vector width is a property of the program: 8 lanes
with AVX-512, 4 with AVX2, 2 elsewhere.
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


def current_program() -> Program:
    """Return the program being emitted."""
    return _program.get()


def build() -> ir.IRBuilder:
    """Return the builder of the function being emitted."""
    return _builder.get()


# -- scalars


@dataclass(frozen=True, slots=True, eq=False)
class Int:
    """A 64-bit scalar; comparisons are signed and return an i1."""

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
        """Return the logical shift; see `arithmetic_shift` for the signed one."""
        return Int(build().lshr(self.value, integer(bits).value))

    def arithmetic_shift(self, bits: Int | int) -> Int:
        """Shift right, copying the sign."""
        return Int(build().ashr(self.value, integer(bits).value))

    def compare(self, operator: str, other: Int | int) -> ir.Value:
        """Return the i1 of a signed comparison."""
        return build().icmp_signed(operator, self.value, integer(other).value)

    def below(self, other: Int | int) -> ir.Value:
        """Return the i1 of unsigned self < other."""
        return build().icmp_unsigned("<", self.value, integer(other).value)


def integer(x: Int | int) -> Int:
    """Return a scalar constant, or the scalar itself."""
    return x if isinstance(x, Int) else Int(ir.Constant(I64, signed_word(x)))


def select(condition: ir.Value, yes: Int | int, no: Int | int) -> Int:
    """Return `yes` if the i1 is set, else `no`."""
    return Int(build().select(condition, integer(yes).value, integer(no).value))


def signed_word(x: int) -> int:
    """Return a 64-bit pattern as the signed constant LLVM wants."""
    x &= (1 << 64) - 1
    return x - (1 << 64) if x >> 63 else x


class Variable:
    """A mutable 64-bit scalar (becomes a register)."""

    def __init__(self, initial: Int | int) -> None:
        self.slot = _entry_alloca(I64)
        self.set(initial)

    def get(self) -> Int:
        """Return the present value."""
        return Int(build().load(self.slot, typ=I64))

    def set(self, value: Int | int) -> None:
        """Assign a value."""
        build().store(integer(value).value, self.slot)


@dataclass(frozen=True, slots=True)
class Pointer:
    """An address, counted in 64-bit words (or in 32-bit ones by the methods that say so)."""

    value: ir.Value

    def at(self, words: Int | int) -> Pointer:
        """Return the address `words` 64-bit words further."""
        return Pointer(build().gep(self.value, [integer(words).value], source_etype=I64))

    def load(self, index: Int | int = 0) -> Int:
        """Return the word at `index`."""
        return Int(build().load(self.at(index).value, typ=I64))

    def store(self, value: Int | int, index: Int | int = 0) -> None:
        """Write the word at `index`."""
        build().store(integer(value).value, self.at(index).value)

    def load_pointer(self, index: Int | int) -> Pointer:
        """Return the address kept in the word at `index`."""
        return Pointer(build().load(self.at(index).value, typ=POINTER))

    def load_i32(self, index: Int | int) -> Int:
        """Return the sign-extended 32-bit integer at `index`."""
        b = build()
        address = b.gep(self.value, [integer(index).value], source_etype=I32)
        return Int(b.sext(b.load(address, typ=I32), I64))

    def store_i32(self, value: Int, index: Int | int) -> None:
        """Write the low 32 bits at `index`."""
        b = build()
        address = b.gep(self.value, [integer(index).value], source_etype=I32)
        b.store(b.trunc(value.value, I32), address)

    def load_lanes(self, align: int | None = None) -> ir.Value:
        """Return a whole vector at this address (aligned to its size unless `align` bytes are given)."""
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
    """Return the same address without llvmlite's pointee type."""
    pointer.type = POINTER
    return pointer


def scratch(words: int) -> Pointer:
    """Return room for 64-bit words in the function's frame, aligned for vectors."""
    return Pointer(_entry_alloca(ir.ArrayType(I64, words), 64))


# -- control flow


def loop(n: Int | int, start: Int | int = 0, step: Int | int = 1) -> Iterator[Int]:
    """Emit a loop over start <= i < n around the Python body of `for i in loop(n)`."""
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


# -- programs


def vector_type() -> ir.VectorType:
    """Return the program's vector of 64-bit lanes."""
    return ir.VectorType(I64, width())


def width() -> int:
    """Return lanes per vector in the program being built."""
    return current_program().width


class Program:
    """A module of kernels for one vector width."""

    def __init__(
        self, name: str, width: int, triple: str, *, x86: bool, fused: bool = False
    ) -> None:
        self.module = ir.Module(name)
        self.module.triple = triple
        self.width = width
        self.x86 = x86
        self.fused = fused  # may use AVX-512 IFMA

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
        """Return a read-only table of words, each repeated in every lane."""
        words = [signed_word(word) for word in rows for _ in range(self.width)]
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
