"""Lint one circuit: judge uniqueness, look for a counterexample, run the passes, and put waivers over the findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from zkctl.constraints.linear import show_element
from zkctl.constraints.r1cs import R1CS
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.dsl import CompiledCircuit
from zkctl.field import scalar_field_by_modulus
from zkctl.formats.binary.wprog import read_wprog
from zkctl.formats.lint_waivers import read_waivers
from zkctl.lint.circom_system import LintedCircom
from zkctl.lint.compiled import system_of
from zkctl.lint.findings import LintFinding
from zkctl.lint.registry import run_passes
from zkctl.lint.search.counterexample import Counterexample
from zkctl.lint.subject import subject_of, subject_of_system
from zkctl.lint.system import System
from zkctl.lint.verdict import Verdict
from zkctl.lint.waivers import Waiver
from zkctl.runtime.arrays import np
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.toolchain.circuit.circom_source import CircomChoices, compiled_circom
from zkctl.toolchain.circuit.compile import compile_source
from zkctl.toolchain.circuit.source_name import CIRCOM, file_of_source
from zkctl.toolchain.lint.certificate_file import load_certificate, save_certificate
from zkctl.toolchain.lint.determinism import differences
from zkctl.toolchain.lint.foreign import read_first_witness, read_foreign
from zkctl.toolchain.lint.judge import Judged, judged, judged_by_contracts, replayed
from zkctl.toolchain.lint.report import Linted, LintReport, path_from_here, report_of
from zkctl.toolchain.lint.witnesses import write_counterexample
from zkctl.toolchain.project.settings import read_project

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL_OF_CIRCOM = 1  # at which `zkctl compile` writes a .circom file, and lint its witnesses
_MAX_INPUTS = 6  # shown of a counterexample


@record
class LintChoices:
    """The actions beside judging: `waivers` is a file; `output` the folder of the witnesses of a counterexample.

    `root` is a folder of modules as in `compile_source`, `folders` those of files that a .circom file includes; `deterministic`
    compiles again in two processes.  `certificate` is the file to write the proof to, `replay` one whose proof is checked in place of
    a new one.
    """

    waivers: Path | None = None
    output: Path | None = None
    force: bool = False
    deterministic: bool = False
    with_contracts: bool = True
    folders: tuple[Path, ...] = ()
    root: Path | None = None
    sym: Path | None = None
    witness: Path | None = None
    certificate: Path | None = None
    replay: Path | None = None


def lint_source(
    source: str,
    parameters: Mapping[str, str],
    choices: LintChoices,
    *,
    progress: Progress = silent,
) -> LintReport:
    """Lint the circuit FILE.py[:NAME], whose code is run, or FILE.circom.

    Raises: as `compile_circuit`; as `read_waivers`.
    """
    if source.endswith(CIRCOM):
        return _lint_circom(Path(source), choices, progress=progress)
    waivers = _waivers(choices)
    found = compile_source(source, parameters, root=choices.root, progress=progress)
    assert isinstance(found.compiled, CompiledCircuit)
    extra = differences(source, parameters) if choices.deterministic else []
    file = file_of_source(source)
    report = _of_compiled(found.compiled, file.parent, extra, waivers, choices, progress)
    return replace(report, file=path_from_here(file))


def lint_project(
    project: Path, *, names: Sequence[str], choices: LintChoices, progress: Progress = silent
) -> list[LintReport]:
    """Lint the named circuits of a project, without names all of them, each compiled twice for differences.

    Raises: as `read_project`; as `lint_source`.
    """
    found = read_project(project)
    chosen = [found.circuit(name) for name in names] or found.circuits
    choices = replace(
        choices,
        root=found.folder,
        deterministic=choices.deterministic or not names,
        folders=(*choices.folders, *found.libraries),
    )
    reports = []
    for circuit in chosen:
        report = lint_source(circuit.source, circuit.parameters, choices, progress=progress)
        reports.append(replace(report, circuit=circuit.name))
    return reports


def lint_file(path: Path, choices: LintChoices, *, progress: Progress = silent) -> LintReport:
    """Lint a witness program (.wprog) or the constraints of any compiler (.r1cs).

    Raises: as `read_wprog` and `read_foreign`; as `read_waivers`; as `write_counterexample`.
    """
    waivers = _waivers(choices)
    if path.suffix == ".wprog":
        program = read_wprog(path)
        compiled = CompiledCircuit(program, ("main",), np.zeros(program.n_wires, np.int64))
        report = _of_compiled(compiled, Path(), [], waivers, choices, progress)
        return replace(report, file=path_from_here(path))
    circuit, system = read_foreign(path, sym=choices.sym)
    witnesses = [] if choices.witness is None else [read_first_witness(choices.witness, circuit)]
    found = _judged(system, choices, witnesses, progress, is_foreign=True)
    linted = _linted_constraints(path, circuit, system, found)
    return replace(_finished(linted, waivers, choices), file=path_from_here(path))


def _lint_circom(path: Path, choices: LintChoices, *, progress: Progress = silent) -> LintReport:
    """Lint a .circom file: its constraints as they are written, and its text.

    Raises: as `compiled_circom`; as `read_waivers`; as `write_counterexample`.
    """
    waivers = _waivers(choices)
    of_source = CircomChoices(choices.folders, SimplificationLevel(0))
    found = compiled_circom(path, of_source, progress=progress)
    circuit = LintedCircom(found.circuit)
    system = circuit.system
    verdicts = _judged(system, choices, [], progress, is_foreign=True)
    subject = circuit.subject(verdicts.judgement)
    findings = run_passes(subject)
    linted = Linted(path.stem, system, subject, verdicts, findings, path.parent)
    kept = None
    if verdicts.counterexample is not None and choices.output is not None:
        simplification = found.circuit.simplified(LEVEL_OF_CIRCOM).simplification()
        kept = None if simplification is None else simplification.kept.astype(np.uint32)
    return replace(_finished(linted, waivers, choices, kept), file=path_from_here(path))


def _linted_constraints(path: Path, circuit: R1CS, system: System, found: Judged) -> Linted:
    first = 1 + circuit.n_outputs
    public = system.inputs & frozenset(range(first, first + circuit.n_public_inputs))
    subject = subject_of_system(system, public, found.judgement)
    return Linted(path.stem, system, subject, found, run_passes(subject))


def _judged(
    system: System,
    choices: LintChoices,
    witnesses: Sequence[Sequence[int]],
    progress: Progress,
    *,
    is_foreign: bool = False,
) -> Judged:
    """Return the verdicts, by a given certificate if there is one.  Of a foreign circuit known components have contracts."""
    if choices.replay is not None:
        return replayed(system, load_certificate(choices.replay))
    # a certificate that is written must hold for the circuit alone
    with_components = is_foreign and choices.with_contracts and choices.certificate is None
    judge = judged_by_contracts if with_components else judged
    return judge(system, witnesses=witnesses, progress=progress)


def _waivers(choices: LintChoices) -> list[Waiver]:
    return [] if choices.waivers is None else read_waivers(choices.waivers)


def _of_compiled(
    compiled: CompiledCircuit,
    folder: Path,
    extra: list[LintFinding],
    waivers: list[Waiver],
    choices: LintChoices,
    progress: Progress,
) -> LintReport:
    system = system_of(compiled, with_contracts=choices.with_contracts)
    names = system.names
    system = replace(system, names=lambda wire: names(wire).removeprefix("main."))
    found = _judged(system, choices, [], progress)
    subject = subject_of(compiled, found.judgement)
    findings = [*run_passes(subject), *extra]
    linted = Linted(compiled.name, system, subject, found, findings, folder)
    return _finished(linted, waivers, choices, compiled.program.kept)


def _finished(
    linted: Linted,
    waivers: list[Waiver],
    choices: LintChoices,
    kept: NDArray[np.uint32] | None = None,
) -> LintReport:
    """Return the report, the witnesses of a counterexample being written: of the wires `kept`, if the circuit was simplified."""
    files: tuple[Path, ...] = ()
    field = scalar_field_by_modulus(linted.system.modulus)
    found = linted.judged.counterexample
    if found is not None and field is not None and choices.output is not None:
        left = found
        if kept is not None:
            first, second = ([w[k] for k in kept.tolist()] for w in (found.first, found.second))
            left = replace(found, first=first, second=second)
        files = write_counterexample(choices.output, field, left, force=choices.force)
    judgement = linted.judged.judgement
    report = report_of(linted, waivers)
    if choices.certificate is not None and judgement.verdict is Verdict.PROVED:
        save_certificate(choices.certificate, judgement.certificate, force=choices.force)
        files = (*files, choices.certificate)
    elif choices.certificate is not None:
        warning = f"no certificate is written to {printable(choices.certificate)}: the verdict is {report.verdict}"
        report = replace(report, warnings=[*report.warnings, warning])
    shown = [] if found is None or choices.witness is not None else [_inputs_of(linted, found)]
    return replace(report, counterexample=shown, files=[printable(file) for file in files])


def _inputs_of(linted: Linted, found: Counterexample) -> str:
    """Return the first inputs of a counterexample, which the search made up."""
    wires = sorted(linted.system.inputs)
    values = [
        f"{linted.system.names(wire)} = {show_element(found.first[wire], linted.system.modulus)}"
        for wire in wires[:_MAX_INPUTS]
    ]
    more = f" and {len(wires) - _MAX_INPUTS} more" if len(wires) > _MAX_INPUTS else ""
    return f"for {', '.join(values)}{more}" if values else "without inputs"
