"""Checks of one text, an artefact or a document: metrics, variables, ports and image tags are those of the code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from zkctl.runtime.records import record
from zkctl.service.deployment.names import (
    METRICS,
    PORTS,
    USER,
    VARIABLES_OF_ENVIRONMENT,
    VERSION,
)

FLAG = "zkp_enabled"  # a member of the feature flag, whose name looks like a metric's
_METRIC = re.compile(r"(?<![\w-])zkp_[a-z0-9_]+")
_VARIABLE = re.compile(r"\b(?:ZKCTL_[A-Z0-9_]+|DATABASE_[A-Z_]+|REDIS_[A-Z_]+)\b")
_PORT = re.compile(
    r"(?:(?<=[\w\])]:)|(?<=[Pp]ort: ))[1-9]\d{3,4}\b(?!\S*/zkp-(?:prover|verifier):)"
)  # not the port of a registry
_EXPOSED = re.compile(r"(?<=EXPOSE )\d+|(?<=EXPOSE \d{4} )\d+")
_TAG = re.compile(r"(?<=/zkp-prover:)[\w.-]+|(?<=/zkp-verifier:)[\w.-]+")
_LABEL = re.compile(r'(?<=image\.version=")[^"]*')


@record
class Finding:
    """A place that does not agree with the code; `line` is 0 where it is no line."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


@record
class _Rule:
    """A kind of name: where it stands in a text, and whether a value is known."""

    pattern: re.Pattern[str]
    is_known: Callable[[str], bool]
    message: str


_RULES = (
    _Rule(_METRIC, {*METRICS, FLAG}.__contains__, "the service has no metric {}"),
    _Rule(_VARIABLE, VARIABLES_OF_ENVIRONMENT.__contains__, "the service has no setting {}"),
    _Rule(_PORT, lambda text: int(text) in {*PORTS, USER}, "no program here listens on port {}"),
    _Rule(_EXPOSED, lambda text: int(text) in PORTS, "no program here listens on port {}"),
    _Rule(_TAG, VERSION.__eq__, f"the tag {{}} is not that of this zkctl, {VERSION}"),
    _Rule(_LABEL, VERSION.__eq__, f"the version {{}} is not that of this zkctl, {VERSION}"),
)


def text_findings(name: str, text: str) -> Iterator[Finding]:
    """Yield the names in a text that the code does not have."""
    for number, line in enumerate(text.splitlines(), 1):
        for rule in _RULES:
            for found in rule.pattern.findall(line):
                if not rule.is_known(found):
                    yield Finding(name, number, rule.message.format(found))
