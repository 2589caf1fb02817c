"""From a kernel program to machine code of this machine, through llvmlite.

The programs of fields and groups are emitted as they shall run: long straight runs of vector operations.  The optimiser
changes their instruction counts by a few percent in both directions and takes half the time of a compilation, so only short
programs pass through it, among them the scheduling loops, which need it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import llvmlite.binding as llvm

from zkctl.field.kernels.host import host
from zkctl.field.kernels.language import Program

OPTIMISED_UP_TO_CHARACTERS = 100_000


@cache
def _initialise() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.initialize_native_asmparser()


def compile_program(name: str, emit: Callable[[Program], None]) -> bytes:
    """Emit, optimise and assemble a program; return an object file for this machine."""
    _initialise()
    machine = host()
    triple = llvm.get_process_triple()
    program = Program(name, machine.width, triple, x86=machine.x86, fused=machine.fused)
    with _without_collector():
        emit(program)
        text = str(program.module)
    module = llvm.parse_assembly(text)
    module.verify()
    target = _target_machine()
    if len(text) <= OPTIMISED_UP_TO_CHARACTERS:
        options = llvm.create_pipeline_tuning_options(speed_level=2)
        builder = llvm.create_pass_builder(target, options)
        builder.getModulePassManager().run(module, builder)
    code: bytes = target.emit_object(module)
    return code


@contextmanager
def _without_collector() -> Iterator[None]:
    """Stop the garbage collector: it would walk through all instructions again and again, for half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def execution_engine(code: bytes) -> tuple[Any, list[Any]]:
    """Load an object file through llvmlite; return the engine and the objects that must live as long."""
    _initialise()
    module = llvm.parse_assembly("")
    engine = llvm.create_mcjit_compiler(module, _target_machine())
    object_file = llvm.ObjectFileRef.from_data(code)
    engine.add_object_file(object_file)
    engine.finalize_object()
    return engine, [module, object_file, code]


def _target_machine() -> Any:
    """Return the target: position-independent small code on x86-64, so that image.py can link it, else code for the engine."""
    target = llvm.Target.from_triple(llvm.get_process_triple())
    model = ("pic", "small", False) if host().x86 else ("default", "jitdefault", True)
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        reloc=model[0],
        codemodel=model[1],
        jit=model[2],
    )
