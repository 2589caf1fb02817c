"""Images of kernels: linked once, mapped, run without llvmlite; other objects go through the engine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zkctl.field.kernels import cache as kernel_cache
from zkctl.field.kernels import image as kernel_image
from zkctl.field.kernels.compiled.memory import address
from zkctl.field.kernels.compiler import compile_program, execution_engine
from zkctl.field.kernels.host import host
from zkctl.field.kernels.image import link, map_executable, map_image
from zkctl.field.kernels.language import I64, POINTER, Int, Pointer, Program, loop

pytestmark = pytest.mark.skipif(not host().x86, reason="images are made on x86-64")


def emit(program: Program) -> None:
    @program.kernel("copy", POINTER, POINTER, I64)
    def copy(out: Pointer, data: Pointer, n: Int) -> None:
        for k in loop(n):
            out.store(data.load(k), k)

    @program.kernel("clear", POINTER, I64)
    def clear(out: Pointer, n: Int) -> None:
        for k in loop(n):
            out.store(0, k)

    @program.kernel("answer", returns=I64)
    def answer() -> Int:
        table = program.constant_lanes("table", [41, 42])
        return table.load(program.width)


def check(program: Any) -> None:
    data = np.arange(1000, dtype=np.uint64)
    out = np.full(1000, 7, np.uint64)
    program.function("copy", *"ppi")(address(out), address(data), 990)
    assert (out[:990] == data[:990]).all()
    assert (out[990:] == 7).all()
    program.function("clear", *"pi")(address(out), 995)
    assert not out[:995].any()
    assert out[995:].all()
    assert program.function("answer", returns=True)() == 42
    with pytest.raises(LookupError, match="the program has no kernel other"):
        program.function("other")


def test_an_image_computes_what_the_engine_computes(tmp_path: Path) -> None:
    """Calls of memset included, which LLVM makes of a loop."""
    code = compile_program("test", emit)
    image = link(code)
    assert image is not None
    assert image.startswith(kernel_image.MAGIC)
    check(kernel_cache.LoadedProgram(map_image(image, None)))
    path = tmp_path / "image"
    path.write_bytes(image)
    with path.open("rb") as file:
        memory = map_executable(file.fileno())
    assert memory is not None
    check(kernel_cache.LoadedProgram(map_image(image, memory)))
    engine, keep = execution_engine(code)
    check(kernel_cache.LoadedProgram(engine, keep))


def test_a_file_that_may_not_be_executed_is_copied_to_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path / "noexec"))
    monkeypatch.setattr(kernel_cache, "map_executable", lambda _handle: None)
    kernel_cache.load_program("test", emit, [])
    program = kernel_cache.load_program("test", emit, [])
    assert program.from_cache
    check(program)


@pytest.mark.parametrize("change", ["not elf", "arm", "relocation", "undefined"])
def test_an_object_that_cannot_be_linked_is_left_to_the_engine(change: str) -> None:
    code = bytearray(compile_program("test", emit))
    if change == "not elf":
        code[0] = 0
    elif change == "arm":
        code[18] = 183
    elif change == "undefined":
        code = bytearray(bytes(code).replace(b"memset\0", b"memfoo\0"))
    else:
        relocations = next(s for s in kernel_image._sections(bytes(code)) if s.kind == 4)
        code[relocations.offset + 8] = 1  # R_X86_64_64
    assert link(bytes(code)) is None


def test_a_warm_start_does_not_load_llvmlite(tmp_path: Path) -> None:
    probe = (
        "import sys; from zkctl.field import FieldArray, BN254_FR as F;"
        "a = FieldArray.from_ints(F, [3] * 2000);"  # fewer would not wait for a kernel
        "print((a * a).to_ints()[0], 'llvmlite' in sys.modules)"
    )
    environment = os.environ | {"ZKCTL_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", probe]
    first, second = (
        subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    )
    assert (first.strip(), second.strip()) == ("9 True", "9 False")
