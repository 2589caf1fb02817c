"""The processor's features that kernels may use, found without loading a code generator."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from zkctl.runtime.digests import blake2b
from zkctl.runtime.records import record

_CPUINFO = Path("/proc/cpuinfo")
_IDENTITY = ("vendor_id", "cpu family", "model", "model name", "stepping", "flags")


@record
class Host:
    """The processor: its name, a digest of its identity, and the width of vectors.

    All of it, the fingerprint too, is part of the names of cached objects: code made for one processor may use
    instructions that another one of the same name and width does not have.
    """

    cpu: str
    fingerprint: str
    width: int
    x86: bool
    fused: bool


@cache
def host() -> Host:
    """Return the present machine.

    ZKCTL_VECTOR_WIDTH (2, 4, 8) narrows the vectors, ZKCTL_IFMA=0 does without AVX-512 IFMA.
    """
    machine = _machine()
    x86 = machine.lower() in ("x86_64", "amd64")
    cpu, identity, flags = _from_cpuinfo() if x86 and _CPUINFO.exists() else _from_llvm()
    width = 2
    if "avx2" in flags:
        width = 4
    if {"avx512f", "avx512vl"} <= flags:
        width = 8
    asked = os.environ.get("ZKCTL_VECTOR_WIDTH", "")
    if asked in ("2", "4", "8"):
        width = min(width, int(asked))
    fused = width == 8 and "avx512ifma" in flags and os.environ.get("ZKCTL_IFMA") != "0"
    digest = blake2b(f"{sys.platform} {machine} {identity}".encode(), digest_size=8)
    return Host(cpu, digest.hexdigest(), width, x86, fused)


def _machine() -> str:
    """Return the processor's architecture; as `platform.machine`, whose module is not imported where `uname` exists."""
    if hasattr(os, "uname"):
        return os.uname().machine
    import platform

    return platform.machine()


def _from_cpuinfo() -> tuple[str, str, frozenset[str]]:
    """Return name, identity and features of the first processor, as the operating system reports them."""
    facts: dict[str, str] = {}
    with _CPUINFO.open() as file:
        for line in file:
            key, _, value = line.partition(":")
            if not value:
                break
            facts[key.strip()] = value.strip()
    identity = repr([facts.get(key) for key in _IDENTITY])
    return facts.get("model name", "x86-64"), identity, frozenset(facts.get("flags", "").split())


def _from_llvm() -> tuple[str, str, frozenset[str]]:
    """Return the same from the code generator, where there is no such file."""
    import llvmlite.binding as llvm

    name, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features()
    return name, f"{name} {features.flatten()}", frozenset(k for k, v in features.items() if v)
