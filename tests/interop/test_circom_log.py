"""The lines of `log`: those of circom's calculator, and of `zkctl witness`."""

from __future__ import annotations

from pathlib import Path

from tests.circom.test_log import LINES, PROGRAM
from tests.support.circom_server import CircomServer


def test_lines_are_those_of_circom(node_modules: Path, tmp_path: Path) -> None:
    (tmp_path / "logs.circom").write_text(PROGRAM)
    circom = CircomServer(node_modules)
    assert circom.compile(tmp_path, "logs.circom", "--wasm", "-o", ".")[0] == 0
    values, lines = circom.witness(tmp_path / "logs_js" / "logs.wasm", {"a": 3})
    assert (values, lines) == ([1, 9, 3], [_by_bytes(line) for line in LINES])
    circom.close()


def _by_bytes(line: str) -> str:
    """Return a line as circom's calculator prints it: each byte of UTF-8 is a character."""
    return line.encode().decode("latin-1")
