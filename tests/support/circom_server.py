"""One process of node that runs circom2 and its calculators for many programs: a compilation takes 10 ms instead of 550."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.support.node_server import NodeServer

SCRIPT = Path(__file__).parents[1] / "interop" / "node" / "circom_server.mjs"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_CODE = re.compile(r"error\[([\w-]+)\]")


class CircomServer(NodeServer):
    """circom2 and the calculators that it writes."""

    def __init__(self, node_modules: Path, seconds: float = 60) -> None:
        super().__init__(SCRIPT, node_modules, seconds=seconds)

    def compile(self, folder: Path, *arguments: str) -> tuple[int, str]:
        """Run circom2 in a folder; return its exit code and its text.  Paths are relative to the folder."""
        answer = self._answer({"compile": list(arguments), "folder": str(folder)})
        return int(answer.get("code", 124)), _COLOURS.sub("", answer.get("text", "too slow"))

    def witness(self, wasm: Path, inputs: dict[str, Any]) -> tuple[list[int] | None, list[str]]:
        """Return all values and the lines of the log; no values if the calculator stops."""
        answer = self._answer({"witness": str(wasm), "inputs": inputs})
        lines = [line for text in answer.get("log", ()) for line in text.split("\n")]
        return (list(map(int, answer["values"])) if "values" in answer else None), lines

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer, none if it takes too long."""
        try:
            return self.ask(request)
        except TimeoutError:
            return {}


def first_code(text: str) -> str:
    """Return the first error code in what circom2 or zkctl prints, nothing if there is none."""
    found = _CODE.search(text) or re.search(r"\[([TPCB][\w-]+)\]", text)
    return found.group(1) if found else ""
