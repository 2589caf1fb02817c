"""The same kernels lower for machines this one is not: without AVX2, and for 64-bit ARM."""

from __future__ import annotations

from functools import partial

import llvmlite.binding as llvm
import pytest

from zkctl.curve import BN254
from zkctl.curve.kernels.addition import GroupEmitter
from zkctl.curve.kernels.interface import PARTS
from zkctl.field import BN254_FR
from zkctl.field.kernels.evaluator.emit import emit_evaluator
from zkctl.field.kernels.field import emit_field_kernels, emit_inverse_kernel
from zkctl.field.kernels.language import Program
from zkctl.field.kernels.schedule import emit_schedule_kernels
from zkctl.field.kernels.transform.emit import emit_ntt_kernels


def _emit_group(part: str, program: Program) -> None:
    GroupEmitter(program, BN254.g1).emit(part)


PROGRAMS = {
    "field": lambda program: emit_field_kernels(program, BN254_FR),
    "ntt": lambda program: emit_ntt_kernels(program, BN254_FR),
    "inverse": lambda program: emit_inverse_kernel(program, BN254_FR),
    **{f"group_{part}": partial(_emit_group, part) for part in PARTS},
    "schedule": emit_schedule_kernels,
    "evaluator": lambda program: emit_evaluator(program, BN254_FR),
}
MACHINES = {  # triple, cpu, vector width, first bytes of an ELF object's machine field
    "aarch64": ("aarch64-unknown-linux-gnu", "cortex-a72", 2, 183),
    "x86-64-v1": ("x86_64-unknown-linux-gnu", "x86-64", 2, 62),
    "x86-64-v3": ("x86_64-unknown-linux-gnu", "x86-64-v3", 4, 62),
    "x86-64-v4": ("x86_64-unknown-linux-gnu", "x86-64-v4", 8, 62),
}


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_becomes_an_object_for_this_machine(machine: str, program: str) -> None:
    triple, cpu, width, elf_machine = MACHINES[machine]
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    emitted = Program(program, width, triple, x86=triple.startswith("x86"))
    PROGRAMS[program](emitted)
    text = str(emitted.module)
    if machine == "aarch64":
        assert "llvm.x86" not in text and "asm" not in text
    module = llvm.parse_assembly(text)
    module.verify()
    target = llvm.Target.from_triple(triple).create_target_machine(cpu=cpu, opt=1)
    code = target.emit_object(module)
    assert code[:4] == b"\x7fELF" and code[18] == elf_machine
