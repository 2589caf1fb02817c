"""The commands `zkctl info`, `zkctl export-json` and `zkctl doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.arguments import JsonOutput
from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.cli.text import plain, record_lines
from zkctl.errors import CheckFailed, UsageError
from zkctl.runtime.standard_streams import STDIN

if TYPE_CHECKING:
    from zkctl.toolchain.inspect.doctor import DoctorSummary
    from zkctl.toolchain.inspect.self_test import Check

AnyFile = Annotated[
    Path,
    Argument(
        metavar="FILE",
        help="A file in any of the formats, recognised by content.",
        callback=data_file,
        stream=STDIN,
    ),
]
BinaryFile = Annotated[
    Path,
    Argument(
        metavar="FILE",
        help="A .r1cs, .wtns, .zkey (Groth16) or .ptau, recognised by content.",
        callback=data_file,
    ),
]
SelfTest = Annotated[
    bool,
    Option("--self-test", help="Check this machine's arithmetic against galois and py_ecc."),
]
WarmUp = Annotated[
    bool, Option("--warm-up", help="Compile the kernels of all curves for this machine now.")
]


def register(app: CommandGroup) -> None:
    """Add these commands to the application."""
    command(app, "info")(info)
    command(app, "export-json", strict=True)(export_json)
    command(app, "doctor")(doctor)


def info(file: AnyFile) -> Answer:
    """Show the type and the contents of a file.

    Of FILE.circom its includes, templates and main component; included files are not read.

    Example:
        zkctl info preimage.r1cs
        zkctl info square.circom
    """
    from zkctl.toolchain.inspect.info import describe

    return Answer(describe(file))


def export_json(
    terminal: Terminal, file: BinaryFile, output: JsonOutput, force: Force = False
) -> Answer:
    """Write a circuit, witness, key or phase 1 as JSON.

    The layout is that of snarkjs. The JSON of a witness has all private values; only you may read the file.

    Example:
        zkctl export-json witness.wtns -o witness.json
    """
    from zkctl.toolchain.inspect.export_json import export_json as export

    return Answer(export(file, output=output, force=force, progress=terminal.progress))


def doctor(terminal: Terminal, self_test: SelfTest = False, warm_up: WarmUp = False) -> Answer:
    """Report the environment: versions, processor, memory.

    With --self-test, compares the arithmetic of this machine with two independent libraries.
    With --warm-up, compiles all kernels now, for example while a container image is built.

    Example:
        zkctl doctor
    """
    if warm_up and self_test:
        raise UsageError(
            "two tasks at once: expected --self-test or --warm-up, got both",
            hint="run zkctl doctor twice",
        )
    if warm_up:
        from zkctl.toolchain.inspect.warm_up import warm_up as prepare_kernels

        return Answer(prepare_kernels(progress=terminal.progress))
    from zkctl.toolchain.inspect.doctor import examine

    summary = examine(self_test=self_test, progress=terminal.progress)
    return Answer(summary, text=_doctor_text(summary), failure=_doctor_failure(summary))


def _doctor_text(summary: DoctorSummary) -> str:
    facts = plain(summary)
    facts.pop("self_test"), facts.pop("warnings")
    for sizes in (facts["memory"], facts["disk_free"]):
        sizes.update({name: f"{size / 1e9:.1f} GB" for name, size in sizes.items()})
    facts["kernels"]["objects"] = len(facts["kernels"]["objects"])
    lines = list(record_lines(facts))
    if summary.self_test is not None:
        lines += ["self-test", *(f"  {_self_test_line(check)}" for check in summary.self_test)]
    return "\n".join(lines)


def _self_test_line(check: Check) -> str:
    verdict = "ok" if check.passed else f"FAILED: {check.problem}"
    facts = f"{check.subject:<24} {check.against:<9} {check.cases:>5} cases {check.seconds:>6.2f} s"
    return f"{facts}  {verdict}"


def _doctor_failure(summary: DoctorSummary) -> CheckFailed | None:
    failures = summary.failures
    if not failures:
        return None
    return CheckFailed(
        f"{len(failures)} of {len(summary.self_test or [])} self-tests failed",
        where="\n".join(f"{check.subject}: {check.problem}" for check in failures),
        hint="do not prove or verify on this machine; report the output of zkctl doctor --self-test --json",
    )
