"""The report of lint as SARIF 2.1.0, which code hosts and editors read.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0, sections 3.13 (log), 3.19 (driver), 3.27 (result), 3.30 (region).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from zkctl import __version__
from zkctl.lint.registry import NAMES, PASSES
from zkctl.toolchain.lint.findings_of_verdict import with_verdict
from zkctl.toolchain.lint.report import FindingLine, LintReport

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = "2.1.0"

Json = dict[str, Any]


def sarif_log(reports: Sequence[LintReport]) -> Json:
    """Return a log with one run, the findings of all circuits being its results."""
    codes = sorted(NAMES)
    results = [
        _result(report, finding, codes) for report in reports for finding in with_verdict(report)
    ]
    driver = {
        "name": "zkctl lint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in codes],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(code: str) -> Json:
    texts = {each.code: each.description.strip() for each in PASSES}
    summary, _, attack = texts.get(code, f"{code} {NAMES[code]}").partition("\n\n")
    rule: Json = {"id": code, "name": NAMES[code], "shortDescription": {"text": summary}}
    if attack:
        rule["fullDescription"] = {"text": " ".join(attack.split())}
    return rule


def _result(report: LintReport, finding: FindingLine, codes: list[str]) -> Json:
    text = f"{finding.message}. {finding.hint[:1].upper()}{finding.hint[1:]}." if finding.hint else finding.message  # fmt: skip
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": finding.level,
        "message": {"text": text},
        "locations": [_location(report, finding)],
    }
    if finding.reason:
        result["suppressions"] = [{"kind": "external", "justification": finding.reason}]
    return result


def _location(report: LintReport, finding: FindingLine) -> Json:
    name = f"{report.circuit}.{finding.signal}" if finding.signal else report.circuit
    location: Json = {"logicalLocations": [{"fullyQualifiedName": name}]}
    if finding.file:
        region: Json = {"startLine": finding.line}
        region |= {"startColumn": finding.column, "endColumn": finding.end_column}
        uri = quote(finding.file)
        location["physicalLocation"] = {"artifactLocation": {"uri": uri}, "region": region}
    elif report.file:
        place: Json = {"artifactLocation": {"uri": quote(report.file)}, "region": {"startLine": 1}}
        location["physicalLocation"] = place
    return location
