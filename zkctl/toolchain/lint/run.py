"""Lint one circuit: judge uniqueness, look for a counterexample, run the passes, and put waivers over the findings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from zkctl.dsl import CompiledCircuit
from zkctl.formats.binary.wprog import read_wprog
from zkctl.formats.lint_waivers import read_waivers
from zkctl.lint.compiled import system_of
from zkctl.lint.findings import Finding
from zkctl.lint.registry import run_passes
from zkctl.lint.subject import subject_of
from zkctl.lint.waivers import Waiver
from zkctl.runtime.arrays import np
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.toolchain.circuit.compile import compile_source
from zkctl.toolchain.circuit.source_name import file_of_source
from zkctl.toolchain.lint.determinism import differences
from zkctl.toolchain.lint.judge import judged
from zkctl.toolchain.lint.report import LintReport, Linted, report_of


@record
class LintChoices:
    """What lint does beside judging: `waivers` is a file; `output` the folder of the witnesses of a counterexample.

    `root` is a folder of modules as in `compile_source`; `deterministic` compiles again in two processes.
    """

    waivers: Path | None = None
    output: Path | None = None
    force: bool = False
    deterministic: bool = False
    with_contracts: bool = True
    root: Path | None = None
    sym: Path | None = None
    witness: Path | None = None


def lint_source(
    source: str,
    parameters: Mapping[str, str],
    choices: LintChoices,
    *,
    progress: Progress = silent,
) -> LintReport:
    """Lint the circuit FILE.py[:NAME]; its code is run.

    Raises: as `compile_circuit`; as `read_waivers`.
    """
    waivers = _waivers(choices)
    found = compile_source(source, parameters, level=0, root=choices.root, progress=progress)
    extra = differences(source, parameters) if choices.deterministic else []
    folder = file_of_source(source).parent
    return _of_compiled(found.compiled, folder, extra, waivers, progress)


def lint_program(path: Path, choices: LintChoices, *, progress: Progress = silent) -> LintReport:
    """Lint the circuit of a witness program.  Raises: FormatError; EnvironmentProblem; as `read_waivers`."""
    waivers = _waivers(choices)
    program = read_wprog(path)
    compiled = CompiledCircuit(program, ("main",), np.zeros(program.n_wires, np.int64))
    return _of_compiled(compiled, Path(), [], waivers, progress)


def _waivers(choices: LintChoices) -> list[Waiver]:
    return [] if choices.waivers is None else read_waivers(choices.waivers)


def _of_compiled(
    compiled: CompiledCircuit,
    folder: Path,
    extra: list[Finding],
    waivers: list[Waiver],
    progress: Progress,
) -> LintReport:
    system = system_of(compiled)
    found = judged(system, progress=progress)
    subject = subject_of(compiled, found.judgement)
    findings = [*run_passes(subject), *extra]
    return report_of(Linted(compiled.name, system, subject, found, findings, folder), waivers)
