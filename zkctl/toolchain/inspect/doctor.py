"""The report of `zkctl doctor`: the interpreter, packages, processor, kernels, memory and disk; and the self-test."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zkctl import __version__
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.runtime.settings import using

if TYPE_CHECKING:
    from zkctl.toolchain.inspect.self_test import Check

PACKAGES = ("numpy", "llvmlite", "typer", "rich", "galois", "py-ecc", "cryptography")
EXTRAS = {"circom": "wasmtime"}  # the extra's name: the package it brings
FEATURES = (
    "avx2",
    "bmi2",
    "adx",
    "fma",
    "avx512f",
    "avx512ifma",
    "neon",
)  # features that kernels may use


@record
class DoctorSummary:
    """The environment as this process sees it; sizes in bytes."""

    zkctl: str
    python: str
    platform: str
    packages: dict[str, str]
    extras: dict[str, str]
    processor: dict[str, Any]
    kernels: dict[str, Any]
    memory: dict[str, int]
    disk_free: dict[str, int]
    self_test: list[Check] | None
    warnings: list[str]

    @property
    def failures(self) -> list[Check]:
        """The comparisons of the self-test that found a difference."""
        return [check for check in self.self_test or [] if not check.passed]


def examine(*, self_test: bool = False, progress: Progress = silent) -> DoctorSummary:
    """Look at the environment, and check the arithmetic if asked."""
    kernels = _kernels()
    checks = None
    if self_test:
        from zkctl.toolchain.inspect.self_test import run_self_test

        with using(compiles=True):  # the check is of machine code, also for few numbers
            checks = run_self_test(progress)
    memory = _memory()
    return DoctorSummary(
        zkctl=__version__,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        platform=platform.platform(),
        packages={name: _version(name) or "missing" for name in PACKAGES},
        extras={
            extra: _version(package) or f"not installed: pip install 'zkctl[{extra}]'"
            for extra, package in EXTRAS.items()
        },
        processor=_processor(),
        kernels=kernels,
        memory=memory,
        disk_free=_disk_free(kernels),
        self_test=checks,
        warnings=_warnings(memory, kernels),
    )


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _processor() -> dict[str, Any]:
    facts: dict[str, Any] = {"architecture": platform.machine(), "cores": _usable_cores()}
    with suppress(ImportError, OSError, RuntimeError):  # llvmlite is missing or cannot start
        from llvmlite import binding

        features = binding.get_host_cpu_features()
        facts["model"] = binding.get_host_cpu_name()
        facts["features"] = [name for name in FEATURES if features.get(name)]
    return facts


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _kernels() -> dict[str, Any]:
    from zkctl.field.backend import describe

    return describe()


def _memory() -> dict[str, int]:
    """Return total and available memory where the system reports them (Linux), else nothing."""
    table = Path("/proc/meminfo")
    if not table.is_file():
        return {}
    lines = (line.split() for line in table.read_text().splitlines())
    kib = {words[0].rstrip(":"): int(words[1]) for words in lines if len(words) > 1}
    return {
        "total": kib.get("MemTotal", 0) * 1024,
        "available": kib.get("MemAvailable", 0) * 1024,
    }


def _disk_free(kernels: dict[str, Any]) -> dict[str, int]:
    folders = {"this_folder": Path.cwd(), "kernel_cache": kernels.get("cache_folder")}
    free = {}
    for name, folder in folders.items():
        if folder and Path(folder).is_dir():
            free[name] = shutil.disk_usage(folder).free
    return free


def _warnings(memory: dict[str, int], kernels: dict[str, Any]) -> list[str]:
    found = []
    if memory and memory["available"] < 1 << 30:
        found.append("less than 1 GiB of memory is available: large keys will not fit")
    if kernels["kernels"] != "compiled":
        found.append("no compiled kernels: the arithmetic runs in numpy, 10 to 15 times slower")
    elif cache := kernels.get("cache_warning"):
        found.append(cache)
    return found
