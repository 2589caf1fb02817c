"""The checks in the source of a verifier contract, and the source without one of them.

if (.. || ..) return false;  revert ..;      the line, or one of the reasons
valid := and(valid, ..)  ok := and(ok, ..)   the line, or one operand of an `and` in it
valid := eq(..)                              true instead
"""

from __future__ import annotations

import re
from collections.abc import Iterator

REFUSES = re.compile(r"if \((.*)\) (return false|revert \w+\(\));$")
NARROWS = re.compile(r"(valid|ok) := and\((valid|ok), (.*)\)$")
DECIDES = re.compile(r"valid := (eq|and|lt)\((?!valid,)")
BOTH = re.compile(r"return (\w+(?:\(w\))?) && (\w+\(w\));$")
REVERTS = re.compile(r"if (sub\(calldatasize\(\), \w+\)|iszero\(and\(.*\)\)) \{$")


def without_each(source: str) -> Iterator[tuple[str, str]]:
    """Yield for every check what it is and the source without it."""
    lines = source.split("\n")
    for k, line in enumerate(lines):
        for number, changed in enumerate(_weaker(line)):
            yield (
                f"{k + 1} {line.strip()} #{number}",
                "\n".join([*lines[:k], changed, *lines[k + 1 :]]),
            )


def _weaker(line: str) -> list[str]:
    if found := REFUSES.search(line):
        reasons = found[1].split(" || ")
        kept = [" || ".join([*reasons[:k], *reasons[k + 1 :]]) for k in range(len(reasons))]
        return [line.replace(found[1], text or "false") for text in kept]
    if found := NARROWS.search(line):
        halves = _operands(found[3])
        return [line.replace(found[0], "{ }"), *(line.replace(found[3], half) for half in halves)]
    if found := DECIDES.search(line):
        return [re.sub(r"valid := .*", "valid := 1", line)]
    if found := BOTH.search(line):
        return [line.replace(found[0], f"return {half};") for half in found.groups()]
    if found := REVERTS.search(line):
        return [line.replace(found[1], "0")]
    return []


def _operands(text: str) -> list[str]:
    """x and y of and(x, y)."""
    if not text.startswith("and("):
        return []
    depth, inner = 0, text[4:-1]
    for k, letter in enumerate(inner):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            return [inner[:k], inner[k + 2 :]]
    return []
