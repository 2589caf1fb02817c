"""Pragmas and includes, and the way on behind errors in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.circom.nodes import ParsedFile
from zkctl.circom.parser import parse
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import SourceFile

END = "template T() { } component main = T();"


def parsed(text: str) -> tuple[ParsedFile, list[CircomFinding]]:
    errors: list[CircomFinding] = []
    file = parse(SourceFile("main.circom", Path("main.circom"), text.encode()), 0, errors)
    return file, errors


def test_heads() -> None:
    file, errors = parsed(f'pragma circom 02.1.0009; pragma custom_templates; include "a"; include "b"; {END}')  # fmt: skip
    assert errors == []
    assert file.version == (2, 1, 9)
    assert file.has_custom_templates
    assert [each.path for each in file.includes] == ["a", "b"]


@pytest.mark.parametrize(
    ("head", "messages"),
    [
        ("pragma circom 2.2.0", ["semicolon missing"]),
        ("pragma circom 2.2.0; x", ["semicolon missing"]),
        ("pragma circom 2.2.0;;", ["the version is malformed, expected X.Y.Z"]),
        ("pragma circom 2.2", ["the version is malformed, expected X.Y.Z"]),
        ("pragma circum", ["pragma circum is unknown"]),
        ("pragma circom 0x2.2.0;", ["the version is malformed, expected X.Y.Z"]),
        ("pragma circom 2.2.9999999999;", ["the version is malformed, expected X.Y.Z"]),
        ("pragma circom 2.2.0; pragma circom 2.2.0;", ["a second pragma circom"]),
        ("pragma circum 2.2.0;", ["pragma circum is unknown"]),
        (
            "pragma custom_templates x;",
            ["expected `;` behind pragma custom_templates, got `x`"],
        ),
        ("include a;", ["include needs one text in quotes, got `a`"]),
        ('include "a" "b";', ['include needs one text in quotes, got `"b"`']),
        ('include "a" b', ["semicolon missing"]),
        ('include "a"; pragma circom 2.2.0;', ["include needs one text in quotes, got `;`"]),
        ("pragma custom_templates @;", ["expected `;`, got the character '@'"]),
    ],
)
def test_errors(head: str, messages: list[str]) -> None:
    assert [each.message for each in parsed(f"{head} {END}")[1]] == messages
