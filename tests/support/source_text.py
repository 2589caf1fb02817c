"""The strings in the source of a module."""

from __future__ import annotations

import ast
from collections.abc import Iterator

DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The strings of a module with their lines; no docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) not in docstrings:
            yield node.lineno, node.value
