"""The pragma custom_templates, in every file between main and a custom template."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.circom import nodes
from zkctl.circom.nodes import ParsedFile
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place

FIRST_VERSION = (2, 0, 6)  # of circom with custom templates


def custom_template_findings(
    files: Sequence[ParsedFile], included: Sequence[Sequence[int]]
) -> list[CircomFinding]:
    """Return the errors of missing pragmas; `included` are the numbers of the files that each file includes."""
    needs = _files_with_custom_templates(files, included)
    message = "custom templates are used without their pragma"
    hint = "write `pragma custom_templates;` at the start of the file"
    return [
        CircomFinding("CG04", message, Place(number, 0, 0), hint)
        for number, each in enumerate(files)
        if number in needs and not each.has_custom_templates
    ]


def pragma_findings(file: ParsedFile, number: int) -> list[CircomFinding]:
    """Return the error of a pragma that the version of its file does not have."""
    version = file.version
    if not file.has_custom_templates or version is None or version >= FIRST_VERSION:
        return []
    asked = ".".join(map(str, version))
    message = f"pragma custom_templates needs circom 2.0.6, the file asks for {asked}"
    hint = "write `pragma circom 2.0.6;` or a later version"
    return [CircomFinding("CG05", message, Place(number, 0, 0), hint)]


def _files_with_custom_templates(
    files: Sequence[ParsedFile], included: Sequence[Sequence[int]]
) -> set[int]:
    """Return the files that define a custom template or include such a file."""
    needs = {
        number
        for number, each in enumerate(files)
        if any(isinstance(d, nodes.Template) and d.is_custom for d in each.definitions)
    }
    users: dict[int, list[int]] = {}
    for number, each in enumerate(included):
        for user in each:
            users.setdefault(user, []).append(number)
    waiting = list(needs)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in needs:
                needs.add(user)
                waiting.append(user)
    return needs
