"""Run the witness calculator that circom 2 makes (WebAssembly), in wasmtime's sandbox.

The module exports init(sanity), getFieldNumLen32, getRawPrime, getInputSize, getInputSignalSize(hash),
write/readSharedRWMemory(index, u32), setInputSignal(hash, position), getWitnessSize, getWitness(index) and getMessageChar; a hash is
FNV-1a 64 of the signal's name, as two u32; it imports runtime.exceptionHandler(code) and three functions for messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from zkctl.errors import (
    CheckFailed,
    FormatError,
    InputError,
    LimitError,
    UnsatisfiedError,
)
from zkctl.field import (
    PrimeField,
    first_not_below,
    ints_from_words,
    scalar_field_by_modulus,
    words_from_ints,
)
from zkctl.field.words import Words
from zkctl.formats.field_names import field_in_words
from zkctl.formats.json.strict import Json
from zkctl.runtime.printable import printable
from zkctl.toolchain.circuit.circom_inputs import (
    GivenInputs,
    InputCheck,
    SymbolFile,
    named_signals,
)
from zkctl.toolchain.circuit.circom_log import CircuitLog, listener
from zkctl.toolchain.circuit.input_words import usual_words
from zkctl.toolchain.circuit.inputs import InputReader, MakeReader
from zkctl.toolchain.circuit.requests import DEFAULT_MIB, DEFAULT_SECONDS
from zkctl.toolchain.circuit.wasm_loops import CALLED, MAX_WORDS, Loops
from zkctl.toolchain.circuit.wasm_sandbox import (
    Sandbox,
    SandboxLimits,
)

MAX_INSTRUCTIONS = 1 << 40
_MAX_MODULE = 256 << 20
_MAX_MESSAGE = 1000
_WIRE_BYTES = 260  # more than its words and their copies take
_ASSERT_FAILED = 4
_NO_MEMORY = 5
_NO_SIGNAL = 1
_NO_SIZE = 0xFFFFFFFF
_CODES = {
    _NO_SIGNAL: "a signal was not found",
    2: "too many signals were set",
    3: "a signal was set twice",
    6: "an array was read outside its bounds",
    7: "an array index is out of bounds",
}
# The numbers of i32 parameters and results of each export
_EXPORTS = {
    "init": (1, 0),
    "getFieldNumLen32": (0, 1),
    "getRawPrime": (0, 0),
    "readSharedRWMemory": (1, 1),
    "writeSharedRWMemory": (2, 0),
    "getInputSize": (0, 1),
    "getInputSignalSize": (2, 1),
    "setInputSignal": (3, 0),
    "getWitnessSize": (0, 1),
    "getWitness": (1, 0),
    "getMessageChar": (0, 1),
}


def run_circom(
    path: Path,
    values: dict[str, Json],
    make_reader: MakeReader,
    *,
    symbols: SymbolFile | None = None,
    time_limit: int = DEFAULT_SECONDS,
    memory_limit: int = DEFAULT_MIB,
) -> tuple[PrimeField, Words]:
    """Return the field and all wires, plain and canonical; limits in seconds and MiB.

    Raises: UnsatisfiedError if an assertion or constraint of the circuit fails; InputError for unknown, missing or misshapen
    inputs; FormatError if the module is not a circom 2 calculator or of an unsupported field; LimitError if it does not end or takes
    too much memory; EnvironmentProblem without wasmtime.
    """
    limits = SandboxLimits(time_limit, memory_limit, MAX_INSTRUCTIONS, _MAX_MODULE)
    sandbox = Sandbox(path, limits)

    listen = listener()
    log = None if listen is None else CircuitLog()

    def work() -> tuple[PrimeField, Words]:
        calculator = _Calculator(sandbox, log)
        field = calculator.field
        reader = make_reader(field)
        calculator.set_inputs(GivenInputs(values, reader, symbols))
        return field, calculator.witness()

    try:
        return sandbox.run(work)
    finally:
        for line in () if log is None else log.lines():
            assert listen is not None
            listen(line)


def _flattened(values: Mapping[str, Json], reader: InputReader) -> Iterator[tuple[str, Words]]:
    """Yield each signal's values in row-major order."""
    for name, value in named_signals(values):
        yield name, _words(value, name, reader)


def _words(value: Json, name: str, reader: InputReader) -> Words:
    usual = usual_words(value if isinstance(value, list) else [value], reader.field)
    if usual is not None:
        return usual
    return words_from_ints(_elements(value, name, reader), reader.field.n_words)


def _elements(value: Json, name: str, reader: InputReader) -> Iterator[int]:
    if isinstance(value, list):
        for k, item in enumerate(value):
            yield from _elements(item, f"{name}[{k}]", reader)
    else:
        yield reader(value, name)


def _signal_hash(name: str) -> tuple[int, int]:
    """Return FNV-1a 64 of the name, high and low half, as the signed numbers WebAssembly takes."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return _signed(value >> 32), _signed(value & 0xFFFFFFFF)


def _signed(word: int) -> int:
    return word - (1 << 32) if word >> 31 else word


class _Calculator:
    """One instance of the module."""

    def __init__(self, sandbox: Sandbox, log: CircuitLog | None) -> None:
        self.sandbox = sandbox
        self.wasmtime = sandbox.wasmtime
        self.store = sandbox.store
        self.where = sandbox.where
        self.message = ""
        self.log = log
        self.is_reading_message = False
        self._unknown: Callable[[], InputError] | None = None  # while an input is set
        self.functions: dict[str, Any] = {}
        self.n_words = 0
        self.exports: Any = None  # while the module's start function runs
        self.exports = sandbox.instantiate(
            {
                "exceptionHandler": (self._on_exception, 1),
                "printErrorMessage": (self._on_message, 0),
                "writeBufferMessage": (self._on_text, 0),
                "showSharedRWMemory": (self._on_number, 0),
            }
        )
        self._check_usual_types()
        self._call("init", 1)
        self.n_words = self._count("getFieldNumLen32", MAX_WORDS + 1)
        self._call("getRawPrime")
        self.field = self._supported_field(self._shared())
        called = {name: self._function(name) for name in CALLED}
        self._loops = Loops(sandbox, called, self.n_words)

    def _supported_field(self, modulus: int) -> PrimeField:
        field = scalar_field_by_modulus(modulus)
        if field is None:
            raise FormatError(
                f"the module computes in the unsupported field {field_in_words(modulus)}",
                where=self.where,
            )
        return field

    def set_inputs(self, given: GivenInputs) -> None:
        """Check and pass all inputs; the calculator computes when it has the last one."""
        signals = dict(_flattened(given.values, given.reader))
        has_sizes = "getInputSignalSize" in self.exports  # circom 2.0.0 to 2.0.3 exports none
        total = self._count("getInputSize", 1 << 32)
        check = InputCheck(given, total, self._input_size if has_sizes else None)
        check.check(signals)
        for name, values in signals.items():
            self._unknown = partial(check.unknown, name)
            self._loops.set_signal(_signal_hash(name), values)
        self._unknown = None

    def _input_size(self, name: str) -> int:
        """Return the number of values of an input, 0 for other names."""
        size = self._unsigned("getInputSignalSize", *_signal_hash(name))
        return 0 if size == _NO_SIZE else size

    def witness(self) -> Words:
        """Return all wires.  Shapes: -> (n, n_words)."""
        size = self._count("getWitnessSize", 1 << 32)
        self.sandbox.reserve(size * _WIRE_BYTES, f"{size} wires")
        wires = self._loops.wires(size, self.field.n_words)
        has_one = ints_from_words(wires[:1]) == [1]
        if not has_one or first_not_below(wires, self.field.modulus) is not None:
            raise CheckFailed("the module yields no canonical witness", where=self.where)
        return wires[:, : self.field.n_words]

    # -- calls

    def _call(self, name: str, *arguments: int) -> Any:
        return self.sandbox.call(self._function(name), *arguments)

    def _check_usual_types(self) -> None:
        """Check the types of all exports at once; those of a module that differs are checked one by one, when they are called."""
        found = {name: self.exports.get(name) for name in _EXPORTS}
        is_usual = all(isinstance(each, self.wasmtime.Func) for each in found.values())
        if is_usual and self.sandbox.have_types(found, _EXPORTS):
            self.functions.update(found)

    def _function(self, name: str) -> Any:
        """Return an export; its type is checked once, so that each result is an integer."""
        if name in self.functions:
            return self.functions[name]
        function = self.exports.get(name)
        if not isinstance(function, self.wasmtime.Func):
            raise FormatError(
                f"not a witness calculator of circom 2: it exports no {name}", where=self.where
            )
        n_parameters, n_results = _EXPORTS[name]
        if not self.sandbox.have_types({name: function}, _EXPORTS):
            expected = (
                f"({', '.join(['i32'] * n_parameters)}) -> ({', '.join(['i32'] * n_results)})"
            )
            raise FormatError(
                f"the module's {name} failed: expected the type {expected}, got another",
                where=self.where,
            )
        self.functions[name] = function
        return function

    def _unsigned(self, name: str, *arguments: int) -> int:
        result: int = self._call(name, *arguments)
        return result % (1 << 32)

    def _count(self, name: str, limit: int) -> int:
        count = self._unsigned(name)
        if not 0 <= count < limit:
            raise FormatError(f"the module's {name} answers {count}", where=self.where)
        return count

    def _shared(self) -> int:
        words = [self._unsigned("readSharedRWMemory", k) for k in range(self.n_words)]
        return sum(word << 32 * k for k, word in enumerate(words))

    # -- called by the module

    def _on_exception(self, code: int) -> None:
        text = f" ({printable(self.message)})" if self.message else ""
        if code == _ASSERT_FAILED:
            raise UnsatisfiedError(
                f"an assertion or constraint of the circuit failed{text}",
                where=self.where,
                hint="the message names circom's template and line",
            )
        if code == _NO_MEMORY:
            raise LimitError(f"the circuit needs more memory{text}", where=self.where)
        if code == _NO_SIGNAL and self._unknown is not None:
            raise self._unknown()
        reason = _CODES.get(code, f"unknown code {code}")
        raise InputError(f"the circuit's calculator stopped: {reason}{text}", where=self.where)

    def _on_message(self) -> None:
        """Add a message; one that is printed while another is read, or by the start function, is lost."""
        if len(self.message) < _MAX_MESSAGE:
            self.message = f"{self.message} {self._read_text()}".strip()[:_MAX_MESSAGE]

    def _on_text(self) -> None:
        """Add a text of log()."""
        if self.log is not None and not self.log.is_full:
            self.log.add(self._read_text())

    def _on_number(self) -> None:
        """Add a number of log(); one that the module writes before it says its size is lost."""
        if self.log is not None and not self.log.is_full and self.n_words:
            self.log.add(str(self._shared()))

    def _read_text(self) -> str:
        """Return the text that the module has ready; "" within another one and in the start function."""
        if self.exports is None or self.is_reading_message:
            return ""
        self.is_reading_message = True
        text = bytearray()
        while len(text) < _MAX_MESSAGE:
            code = self._unsigned("getMessageChar")
            if not code:
                break
            text.append(code % 256)
        self.is_reading_message = False
        return text.decode("utf-8", "surrogateescape")
