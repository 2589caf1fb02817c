"""A sandbox for WebAssembly from outside: wasmtime with limits of time and memory.

The module runs in a separate thread.  The caller's thread waits, so it takes signals, and ends the module at the time limit or
when a signal raises: it advances the engine's epoch, and the module traps at its next loop or call.  A compilation has no epochs;
its thread is left behind and does not keep the process alive.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeVar

from zkctl.errors import CheckFailed, EnvironmentProblem, FormatError, LimitError, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.mapped import map_file
from zkctl.toolchain.circuit.requests import DEFAULT_MIB, DEFAULT_SECONDS
from zkctl.toolchain.circuit.wasm_cache import WasmCache

MAX_TABLE_ELEMENTS = 1 << 19
_ELEMENT_BYTES = 16
_MAX_INSTANCES = 32  # the module, the loops, and one for each export whose type is asked for
OWN_MEMORY = 1 << 18  # bytes of the loops' memory
_PAGE = 1 << 16
_GRACE_SECONDS = 1.0  # for a trapped module to leave its thread
_MEMORY_SECTION = 5
_HEADER = 8
_OFF = ("gc", "exceptions", "threads")  # their memory is outside the store's limits
_MEMORY_HINT = "raise `memory_limit` if you trust the module"

T = TypeVar("T")


@record
class SandboxLimits:
    """Limits of a module; `memory_mib` holds its memory, its tables and its results together."""

    seconds: int = DEFAULT_SECONDS
    memory_mib: int = DEFAULT_MIB
    instructions: int = 1 << 40
    module_bytes: int = 256 << 20

    def __post_init__(self) -> None:
        if self.seconds < 1:
            raise UsageError(
                f"the time limit is too small: expected 1 s or more, got {self.seconds}"
            )
        if self.memory_mib < 1:
            raise UsageError(
                f"the memory limit is too small: expected 1 MiB or more, got {self.memory_mib}"
            )


class Sandbox:
    """One engine and store of wasmtime, for the instance of one module."""

    def __init__(self, path: Path, limits: SandboxLimits) -> None:
        self.where = printable(path)
        try:
            import wasmtime
        except ImportError:
            raise EnvironmentProblem(
                "running circom's WebAssembly needs wasmtime",
                where=self.where,
                hint="pip install 'zkctl[circom]'",
            ) from None
        self.wasmtime = wasmtime
        self._path = path
        self._limits = limits
        memory = limits.memory_mib << 20
        self._n_elements = min(MAX_TABLE_ELEMENTS, memory // (8 * _ELEMENT_BYTES))
        self._room = memory - self._n_elements * _ELEMENT_BYTES
        self._fixed_memory = 0
        self._memory_limit, self._n_memories = 0, 1
        self._exported_memory: Any = None
        config = wasmtime.Config()
        config.consume_fuel = True
        config.epoch_interruption = True
        for proposal in _OFF:
            setattr(config, f"wasm_{proposal}", False)
        self._engine = wasmtime.Engine(config)
        settings = f"fuel, epochs, without {_OFF}"
        self._cache = WasmCache(wasmtime, self._engine, settings)
        self.store = wasmtime.Store(self._engine)
        self.store.set_epoch_deadline(1)
        self.store.set_fuel(limits.instructions)

    def run(self, work: Callable[[], T]) -> T:
        """Return the result of `work`, whose calls of the module end at the time limit and at signals.

        Raises: LimitError at the time limit, and the exceptions of `work`.
        """
        results: list[T] = []
        problems: list[BaseException] = []
        has_ended, context = Event(), copy_context()

        def task() -> None:
            try:
                results.append(context.run(work))
            except BaseException as problem:
                problems.append(problem)
            has_ended.set()

        Thread(target=task, name="wasm", daemon=True).start()
        try:
            is_in_time = has_ended.wait(self._limits.seconds)
        finally:
            self._cache.is_closed = True
            self._engine.increment_epoch()
            has_ended.wait(_GRACE_SECONDS)
        if not is_in_time:
            raise LimitError(
                f"the module did not end within {self._limits.seconds} s",
                where=self.where,
                hint="raise `time_limit` if you trust the module",
            )
        for problem in problems:
            raise problem
        return results[0]

    def instantiate(self, functions: dict[str, tuple[Callable[..., None], int]]) -> Any:
        """Return the exports of the module; its imports are functions of i32 without a result.

        Raises: FormatError for a module that is malformed or has other imports; LimitError for one that is too large or
        takes too much memory.
        """
        source = self._module_bytes()
        linker = self.wasmtime.Linker(self._engine)
        i32 = self.wasmtime.ValType.i32()
        for name, (function, n_parameters) in functions.items():
            kind = self.wasmtime.FuncType([i32] * n_parameters, [])
            linker.define_func("runtime", name, kind, function)
        try:
            module = self._cache.module(source)
            self._check_not_circom_1(module)
            self._limit_store(source, module)
            exports = linker.instantiate(self.store, module).exports(self.store)
        except self.wasmtime.WasmtimeError as problem:
            if "exceeds table limits" in str(problem) or "limit exceeded" in str(problem):
                raise LimitError(
                    f"the module takes too much: {first_line(problem)}", where=self.where
                ) from None
            raise FormatError(
                f"not a witness calculator of circom 2: {first_line(problem)}", where=self.where
            ) from None
        except self.wasmtime.Trap as trap:
            raise self.trapped(trap) from None
        memories = (item for _, item in exports.items() if isinstance(item, self.wasmtime.Memory))
        self._exported_memory = next(memories, None)
        return exports

    def add_module(self, text: str, name: str, functions: dict[str, Any]) -> Any:
        """Return the exports of a module of ours, which imports these functions from `name`.

        Its one memory, of fixed size, is not counted: no module can make another one after this.
        """
        linker = self.wasmtime.Linker(self._engine)
        for each, function in functions.items():
            linker.define(self.store, name, each, function)
        limit, self._n_memories = self._memory_limit, 2
        module = self._own_module(text)
        self._set_limits(max(limit, OWN_MEMORY))
        try:
            return linker.instantiate(self.store, module).exports(self.store)
        finally:
            self._set_limits(limit)

    def call(self, function: Any, *arguments: int) -> Any:
        """Call a function of an instance.  Raises: as `trapped`, or as the imports of the module."""
        try:
            return function(self.store, *arguments)
        except self.wasmtime.Trap as trap:
            raise self.trapped(trap) from None

    def have_types(self, functions: dict[str, Any], types: dict[str, tuple[int, int]]) -> bool:
        """Return whether all functions take and return these numbers of i32.

        A module that imports them asks wasmtime: its Python interface ends the process when it is shown a type like v128.
        """
        linker, imports = self.wasmtime.Linker(self._engine), []
        for name, function in functions.items():
            n_parameters, n_results = types[name]
            kind = f"(func (param {'i32 ' * n_parameters}) (result {'i32 ' * n_results}))"
            imports.append(f'(import "module" "{name}" {kind})')
            linker.define(self.store, "module", name, function)
        text = f"(module {' '.join(imports)})"
        module = self._own_module(text, is_usual=len(functions) > 1)
        try:
            linker.instantiate(self.store, module)
        except self.wasmtime.WasmtimeError:
            return False
        return True

    def _own_module(self, text: str, *, is_usual: bool = True) -> Any:
        """Return a module of ours; the usual ones are kept."""
        return self._cache.module(text.encode(), always=is_usual)

    def reserve(self, n_bytes: int, what: str) -> None:
        """Set memory aside for results, so that the module cannot grow into it.

        Raises: LimitError if it does not fit beside the module's memory.
        """
        memory = self._exported_memory
        used = self._fixed_memory if memory is None else memory.data_len(self.store)
        if used + n_bytes > self._room:
            raise LimitError(
                f"the module's memory and {what} take {used + n_bytes} bytes: expected at most {self._room}",
                where=self.where,
                hint=_MEMORY_HINT,
            )
        if memory is not None:
            self._set_limits(self._room - n_bytes)

    def trapped(self, trap: Any) -> Exception:
        """Return the error that reports this trap."""
        code = self.wasmtime.TrapCode
        match trap.trap_code:
            case code.OUT_OF_FUEL:
                reason = f"the module ran {self._limits.instructions} instructions without an end"
                return LimitError(reason, where=self.where)
            case code.INTERRUPT:
                return LimitError("the module was interrupted", where=self.where)
            case code.STACK_OVERFLOW:
                return LimitError("the module's calls are nested too deeply", where=self.where)
        return CheckFailed(f"the module stopped: {first_line(trap)}", where=self.where)

    def _module_bytes(self) -> bytes:
        source = map_file(self._path)
        limit = self._limits.module_bytes
        if source.size > limit:
            raise LimitError(
                f"the module has {source.size} bytes, the limit is {limit}", where=self.where
            )
        return bytes(source.data)

    def _check_not_circom_1(self, module: Any) -> None:
        """Check that the module is none of circom 1, whose calculators import their memory."""
        imported = {(each.module, each.name) for each in module.imports}
        if ("env", "memory") in imported and any(
            each.name == "getWitnessBuffer" for each in module.exports
        ):
            raise FormatError(
                "the module is a witness calculator of circom 1: expected one of circom 2",
                where=self.where,
                hint="compile the circuit with circom 2",
            )

    def _limit_store(self, source: bytes, module: Any) -> None:
        """Bound the store; a memory that is not exported cannot be measured later, so it may not grow."""
        self._fixed_memory = declared_memory(source)
        if self._fixed_memory > self._room:
            raise LimitError(
                f"the module's memory is too large: expected at most {self._room} bytes, got {self._fixed_memory}",
                where=self.where,
                hint=_MEMORY_HINT,
            )
        is_exported = any(isinstance(e.type, self.wasmtime.MemoryType) for e in module.exports)
        self._set_limits(self._room if is_exported else self._fixed_memory)

    def _set_limits(self, memory: int) -> None:
        self._memory_limit = memory
        self.store.set_limits(
            memory_size=memory,
            table_elements=self._n_elements,
            instances=_MAX_INSTANCES,
            tables=1,
            memories=self._n_memories,
        )


def declared_memory(module: bytes) -> int:
    """Return the least size in bytes of all memories that a valid module declares."""
    position = _HEADER
    while position < len(module):
        section = module[position]
        size, position = _unsigned(module, position + 1)
        if section == _MEMORY_SECTION:
            return _memories(module, position)
        position += size
    return 0


def _memories(module: bytes, position: int) -> int:
    """Return the sum of the least sizes in the memory section."""
    count, position = _unsigned(module, position)
    total = 0
    for _ in range(count):
        has_maximum = module[position] & 1
        n_pages, position = _unsigned(module, position + 1)
        if has_maximum:
            _, position = _unsigned(module, position)
        total += n_pages * _PAGE
    return total


def _unsigned(module: bytes, position: int) -> tuple[int, int]:
    """Return the LEB128 number at the position, and the position behind it."""
    value, shift = 0, 0
    while True:
        byte = module[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if not byte & 0x80:
            return value, position


def first_line(problem: BaseException) -> str:
    """Return the first line of an error of wasmtime, safe to print."""
    return printable(str(problem).strip().split("\n", 1)[0], 200)
