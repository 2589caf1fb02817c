"""Results of `zkctl test` as JUnit XML, which the servers of continuous integration read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from zkctl.runtime.printable import printable
from zkctl.toolchain.project.results import CaseResult

_LIMIT = 100_000  # characters of a text


def junit_report(cases: Sequence[CaseResult]) -> str:
    """Return the report: a suite for each circuit, a case for each file.  Units: seconds."""
    root = Element("testsuites", _counts("zkctl test", cases))
    for circuit, group in groupby(cases, key=lambda case: case.circuit):
        members = list(group)
        suite = SubElement(root, "testsuite", _counts(circuit, members))
        for case in members:
            _add(suite, case)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _counts(name: str, cases: Sequence[CaseResult]) -> dict[str, str]:
    return {
        "name": printable(name, _LIMIT),
        "tests": str(len(cases)),
        "failures": str(sum(not case.passed for case in cases)),
        "errors": "0",
        "time": f"{sum(case.seconds for case in cases):.3f}",
    }


def _add(suite: Element, case: CaseResult) -> None:
    facts = {
        "classname": printable(case.circuit, _LIMIT),
        "name": printable(case.file or "compile", _LIMIT),
        "time": f"{case.seconds:.3f}",
    }
    added = SubElement(suite, "testcase", facts)
    if case.passed:
        return
    failure = SubElement(added, "failure", message=printable(case.message, _LIMIT))
    lines = [case.message, *case.where.splitlines()]
    failure.text = "\n".join(printable(line, _LIMIT) for line in lines)
