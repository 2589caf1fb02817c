"""Kernels for vectors and instructions that this machine lacks, run with what it has.

A program for eight lanes and fused products is emitted as for a machine with AVX-512 IFMA; then the two instructions are defined in LLVM's
language by 128-bit products.  So the 52-bit limbs are tried wherever machine code runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm

from zkctl.field import PrimeField
from zkctl.field.kernels.cache import LoadedProgram, _load
from zkctl.field.kernels.compiled.field import CompiledFieldKernels
from zkctl.field.kernels.compiler import _initialise, _target_machine
from zkctl.field.kernels.language import Program
from zkctl.field.kernels.limb_plan import plan_for
from zkctl.field.kernels.transform.emit import emit_ntt_kernels

LANES = 8


def _fused_product(half: str) -> str:
    """The instruction as a function: t + the low or the high 52 bits of the product of the low 52 bits of x and y."""
    word, wide = f"<{LANES} x i64>", f"<{LANES} x i128>"

    def every(kind: str, value: int) -> str:
        return "<" + ", ".join([f"{kind} {value}"] * LANES) + ">"

    shift = 52 if half == "h" else 0
    name = f"llvm.x86.avx512.vpmadd52{half}.uq.512".replace("llvm.", "emulated.")
    return f"""
define internal {word} @"{name}"({word} %t, {word} %x, {word} %y) {{
  %a = and {word} %x, {every("i64", (1 << 52) - 1)}
  %b = and {word} %y, {every("i64", (1 << 52) - 1)}
  %c = zext {word} %a to {wide}
  %d = zext {word} %b to {wide}
  %e = mul {wide} %c, %d
  %f = lshr {wide} %e, {every("i128", shift)}
  %g = trunc {wide} %f to {word}
  %h = and {word} %g, {every("i64", (1 << 52) - 1)}
  %i = add {word} %t, %h
  ret {word} %i
}}
"""


def load_emulated(emit: Callable[[Program], None]) -> LoadedProgram:
    """Compile a program for eight lanes and fused products; run it on this machine."""
    _initialise()
    program = Program("emulated", LANES, llvm.get_process_triple(), x86=False, fused=True)
    emit(program)
    lines = str(program.module).splitlines()
    text = "\n".join(line for line in lines if not line.startswith("declare") or "52" not in line)
    text = text.replace("llvm.x86.avx512", "emulated.x86.avx512")
    module = llvm.parse_assembly(text + _fused_product("l") + _fused_product("h"))
    module.verify()
    return _load(_target_machine().emit_object(module), from_cache=False)


class EmulatedTransforms(CompiledFieldKernels):
    """The transforms of a field with eight lanes and 52-bit limbs; all else as this machine computes it."""

    def __init__(self, field: PrimeField) -> None:
        super().__init__(field)
        self.real = CompiledFieldKernels(field)
        self.plan, self.width = plan_for(field, fused=True), LANES
        self.radix_ratio = (1 << self.plan.radix_bits - 64 * field.n_words) % field.modulus
        self.emulated = load_emulated(lambda program: emit_ntt_kernels(program, field))

    def transform_function(self, name: str, kinds: str) -> Any:
        return self.emulated.function(f"{self.name}_{name}", *kinds)

    def multiply(self, x: Any, y: Any) -> Any:
        return self.real.multiply(x, y)

    def scale(self, x: Any, constant: Any) -> Any:
        return self.real.scale(x, constant)
