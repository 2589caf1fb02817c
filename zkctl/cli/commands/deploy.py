"""The group `zkctl deploy`: the deployment artefacts of the service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from zkctl.cli.command import CommandGroup, Force, Sections, command
from zkctl.cli.output import Answer
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import CheckFailed, EnvironmentProblem, UsageError

SECTIONS: Sections = {"Artefacts": ("eject", "check")}

Output = Annotated[Path, Argument(metavar="OUT", help="The folder for the artefacts.")]
Ejected = Annotated[Path, Argument(metavar="OUT", help="The folder that `eject` wrote.")]
Values = Annotated[
    list[str] | None,
    Option(
        "--set",
        metavar="NAME=VALUE",
        help="registry, host, legacy, docs or base; repeatable.",
    ),
]


def register(app: CommandGroup) -> None:
    """Add the group `deploy` to the application."""
    group = CommandGroup("The deployment artefacts of the service.", SECTIONS)
    command(group, "eject")(eject)
    command(group, "check")(check)
    app.add(group, "deploy")


def eject(output: Output, set_values: Values = None, force: Force = False) -> Answer:
    """Write Dockerfiles, manifests, alerts and more.

    With them goes a wheel of this zkctl, which the images install. In the folder the commands of the
    guides work as printed.

    Example:
        zkctl deploy eject out
        zkctl deploy eject out --set registry=registry.example.org/zkp --set host=zkp.example.org
    """
    try:
        from zkctl.service.deployment.eject import eject as run
    except ModuleNotFoundError as problem:
        raise _missing(problem) from None
    values = dict(_pair(each) for each in set_values or [])
    return Answer(run(output, values, force=force))


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise UsageError("--set takes NAME=VALUE, there is no =")
    return name, value


def check(folder: Ejected) -> Answer:
    """Compare the artefacts' names with the code's.

    Metrics, ports, variables, image tags, circuits and what manifests refer to. Keys that were made for
    trials are refused.

    Example:
        zkctl deploy check out
    """
    try:
        from zkctl.service.deployment.check import check_folder
    except ModuleNotFoundError as problem:
        raise _missing(problem) from None
    summary = check_folder(folder)
    n_findings = len(summary.findings)
    if not n_findings:
        return Answer(summary, verdict="OK")
    noun = "place differs" if n_findings == 1 else "places differ"
    return Answer(
        summary,
        verdict="INVALID",
        failure=CheckFailed(f"{n_findings} {noun} from the code"),
        include_result=True,
    )


def _missing(problem: ModuleNotFoundError) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"the artefacts need the package {problem.name}", hint="pip install 'zkctl[service]'"
    )
