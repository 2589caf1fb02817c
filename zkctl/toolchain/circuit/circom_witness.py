"""Run the witness calculator that circom 2 makes (WebAssembly), in wasmtime's sandbox.

The module exports init(sanity), getFieldNumLen32, getRawPrime, getInputSize, getInputSignalSize(hash),
write/readSharedRWMemory(index, u32), setInputSignal(hash, position), getWitnessSize, getWitness(index) and getMessageChar; a hash is
FNV-1a 64 of the signal's name, as two u32; it imports runtime.exceptionHandler(code) and three functions for messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zkctl.errors import (
    CheckFailed,
    EnvironmentProblem,
    FormatError,
    InputError,
    LimitError,
    UnsatisfiedError,
    ZkctlError,
)
from zkctl.field import PrimeField, name_of_modulus, scalar_field_by_modulus
from zkctl.formats.json.strict import Json
from zkctl.runtime.printable import printable
from zkctl.storage.mapped import map_file
from zkctl.toolchain.circuit.inputs import InputReader, MakeReader

MAX_MEMORY = 4 << 30
MAX_INSTRUCTIONS = 1 << 40  # minutes; a module that never ends would otherwise block for ever
_MAX_MODULE = 1 << 30
_MAX_MESSAGE = 1000
_ASSERT_FAILED = 4
_CODES = {
    1: "a signal was not found",
    2: "too many signals were set",
    3: "a signal was set twice",
    5: "the circuit needs more memory",
    6: "an array was read outside its bounds",
}


def run_circom(
    path: Path, values: dict[str, Json], make_reader: MakeReader
) -> tuple[PrimeField, list[int]]:
    """The field and all wires.

    Raises: UnsatisfiedError if an assertion or constraint of the circuit fails; InputError for unknown, missing or misshapen
    inputs; FormatError if the module is not a circom 2 calculator or of an unsupported field; LimitError if it does not end;
    EnvironmentProblem without wasmtime.
    """
    calculator = _Calculator(path)
    field = calculator.field
    reader = make_reader(field)
    calculator.set_inputs(dict(_flattened(values, reader)), reader.where)
    return field, calculator.witness()


def _flattened(values: dict[str, Json], reader: InputReader) -> Iterator[tuple[str, list[int]]]:
    """Each signal's values in row-major order; the members of a bus are signals named bus.member."""
    for name, value in values.items():
        if isinstance(value, dict):
            inner = {f"{name}.{member}": v for member, v in value.items()}
            yield from _flattened(inner, reader)
        else:
            yield name, list(_elements(value, name, reader))


def _elements(value: Json, name: str, reader: InputReader) -> Iterator[int]:
    if isinstance(value, list):
        for k, item in enumerate(value):
            yield from _elements(item, f"{name}[{k}]", reader)
    else:
        yield reader(value, name)


def _signal_hash(name: str) -> tuple[int, int]:
    """FNV-1a 64 of the name, high and low half, as the signed numbers WebAssembly takes."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return _signed(value >> 32), _signed(value & 0xFFFFFFFF)


def _signed(word: int) -> int:
    return word - (1 << 32) if word >> 31 else word


class _Calculator:
    """One instance of the module."""

    def __init__(self, path: Path) -> None:
        try:
            import wasmtime
        except ImportError:
            raise EnvironmentProblem(
                "running circom's WebAssembly needs wasmtime",
                where=printable(path),
                hint="pip install 'zkctl[circom]'",
            ) from None
        self.wasmtime = wasmtime
        self.where = printable(path)
        self.message = ""
        self.problem: ZkctlError | None = None
        self.exports = self._instantiate(path)
        self._call("init", 1)
        self.n_words = self._count("getFieldNumLen32", 64)
        self._call("getRawPrime")
        self.field = self._supported_field(self._shared())

    def _instantiate(self, path: Path) -> Any:
        wasmtime = self.wasmtime
        source = map_file(path)
        if source.size > _MAX_MODULE:
            raise LimitError(
                f"the module has {source.size} bytes, the limit is {_MAX_MODULE}", where=self.where
            )
        config = wasmtime.Config()
        config.consume_fuel = True
        engine = wasmtime.Engine(config)
        self.store = wasmtime.Store(engine)
        self.store.set_fuel(MAX_INSTRUCTIONS)
        self.store.set_limits(memory_size=MAX_MEMORY)
        linker = wasmtime.Linker(engine)
        i32 = wasmtime.ValType.i32()
        functions: dict[str, tuple[Any, list[Any]]] = {
            "exceptionHandler": (self._on_exception, [i32]),
            "printErrorMessage": (self._on_message, []),
            "writeBufferMessage": (self._on_ignored, []),
            "showSharedRWMemory": (self._on_ignored, []),
        }
        for name, (function, types) in functions.items():
            kind = wasmtime.FuncType(types, [])
            linker.define_func("runtime", name, kind, function)
        try:
            module = wasmtime.Module(engine, bytes(source.data))
            return linker.instantiate(self.store, module).exports(self.store)
        except wasmtime.WasmtimeError as problem:
            raise FormatError(
                f"not a witness calculator of circom 2: {_first_line(problem)}", where=self.where
            ) from None

    def _supported_field(self, modulus: int) -> PrimeField:
        field = scalar_field_by_modulus(modulus)
        if field is None:
            raise FormatError(
                f"the module computes in the unsupported field {name_of_modulus(modulus)}",
                where=self.where,
            )
        return field

    def set_inputs(self, signals: dict[str, list[int]], place: str) -> None:
        """Give all inputs; the calculator computes when it has the last one."""
        total = self._count("getInputSize", 1 << 32)
        for name, values in signals.items():
            size = self._unsigned("getInputSignalSize", *_signal_hash(name))
            if size in (0, 0xFFFFFFFF):
                raise InputError(f"the circuit has no input {printable(name)}", where=place)
            if size != len(values):
                raise InputError(
                    f"input {printable(name)} has {size} values, got {len(values)}", where=place
                )
        given = sum(map(len, signals.values()))
        if given != total:
            raise InputError(
                f"the circuit has {total} input values, got {given}",
                where=place,
                hint="the names of the missing signals are in the circuit's source or .sym file",
            )
        for name, values in signals.items():
            for position, value in enumerate(values):
                self._write_shared(value)
                self._call("setInputSignal", *_signal_hash(name), position)

    def witness(self) -> list[int]:
        """All wires."""
        wires = []
        for k in range(self._count("getWitnessSize", 1 << 32)):
            self._call("getWitness", k)
            wires.append(self._shared())
        if any(not value < self.field.modulus for value in wires) or wires[:1] != [1]:
            raise CheckFailed("the module yields no canonical witness", where=self.where)
        return wires

    # -- calls

    def _call(self, name: str, *arguments: int) -> Any:
        function = self.exports.get(name)
        if not isinstance(function, self.wasmtime.Func):
            raise FormatError(
                f"not a witness calculator of circom 2: it exports no {name}", where=self.where
            )
        try:
            return function(self.store, *arguments)
        except self.wasmtime.Trap as trap:
            if trap.trap_code is self.wasmtime.TrapCode.OUT_OF_FUEL:
                raise LimitError(
                    f"the module ran {MAX_INSTRUCTIONS} instructions without an end",
                    where=self.where,
                ) from None
            raise CheckFailed(
                f"the module stopped: {_first_line(trap)}", where=self.where
            ) from None
        except (self.wasmtime.WasmtimeError, TypeError) as problem:
            raise self.problem or FormatError(
                f"the module's {name} failed: {_first_line(problem)}", where=self.where
            ) from None

    def _unsigned(self, name: str, *arguments: int) -> int:
        result = self._call(name, *arguments)
        return int(result or 0) % (1 << 32)

    def _count(self, name: str, limit: int) -> int:
        count = self._unsigned(name)
        if not 0 <= count < limit:
            raise FormatError(f"the module's {name} answers {count}", where=self.where)
        return count

    def _shared(self) -> int:
        words = [self._unsigned("readSharedRWMemory", k) for k in range(self.n_words)]
        return sum(word << 32 * k for k, word in enumerate(words))

    def _write_shared(self, value: int) -> None:
        for k in range(self.n_words):
            self._call("writeSharedRWMemory", k, _signed(value >> 32 * k & 0xFFFFFFFF))

    # -- called by the module

    def _on_exception(self, code: int) -> None:
        text = f" ({printable(self.message)})" if self.message else ""
        if code == _ASSERT_FAILED:
            self.problem = UnsatisfiedError(
                f"an assertion or constraint of the circuit failed{text}",
                where=self.where,
                hint="the message names circom's template and line",
            )
        else:
            reason = _CODES.get(code, f"code {code}")
            self.problem = InputError(
                f"the circuit's calculator gave up: {reason}{text}", where=self.where
            )
        raise self.problem

    def _on_message(self) -> None:
        characters: list[str] = []
        while len(characters) < _MAX_MESSAGE:
            code = self._unsigned("getMessageChar")
            if not code:
                break
            characters.append(chr(code % 256))
        self.message = (self.message + " " + "".join(characters)).strip()[:_MAX_MESSAGE]

    def _on_ignored(self) -> None:
        """Messages of `log` are not shown: they may contain the witness."""


def _first_line(problem: BaseException) -> str:
    return printable(str(problem).strip().split("\n", 1)[0], 200)
