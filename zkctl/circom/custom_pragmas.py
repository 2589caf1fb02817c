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
    """Return the errors of the pragmas; `included` are the numbers of the files that each file includes."""
    needs = _files_with_custom_templates(files, included)
    findings = []
    for number, each in enumerate(files):
        place = Place(number, 0, 0)
        if number in needs and not each.has_custom_templates:
            message = "custom templates are used without their pragma"
            hint = "write `pragma custom_templates;` at the start of the file"
            findings.append(CircomFinding("CG04", message, place, hint))
        elif each.has_custom_templates and each.version and each.version < FIRST_VERSION:
            version = ".".join(map(str, each.version))
            message = f"pragma custom_templates needs circom 2.0.6, the file asks for {version}"
            hint = "write `pragma circom 2.0.6;` or a later version"
            findings.append(CircomFinding("CG05", message, place, hint))
    return findings


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
