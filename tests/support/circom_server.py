"""One process of node that runs circom2 and its calculators for many programs: a compilation takes 10 ms instead of 550."""

from __future__ import annotations

import json
import re
import select
import subprocess
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[1] / "interop" / "node" / "circom_server.mjs"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_CODE = re.compile(r"error\[([\w-]+)\]")


class CircomServer:
    """Starts node when it is first asked, and again after a request that takes too long."""

    def __init__(self, node_modules: Path, seconds: float = 60) -> None:
        self.node_modules, self.seconds = node_modules, seconds
        self._process: subprocess.Popen[str] | None = None

    def compile(self, folder: Path, *arguments: str) -> tuple[int, str]:
        """Run circom2 in a folder; return its exit code and its text.  Paths are relative to the folder."""
        answer = self._ask({"compile": list(arguments), "folder": str(folder)})
        return int(answer.get("code", 124)), _COLOURS.sub("", answer.get("text", "too slow"))

    def witness(self, wasm: Path, inputs: dict[str, Any]) -> tuple[list[int] | None, list[str]]:
        """Return all values and the lines of the log; no values if the calculator stops."""
        answer = self._ask({"witness": str(wasm), "inputs": inputs})
        lines = [line for text in answer.get("log", ()) for line in text.split("\n")]
        return (list(map(int, answer["values"])) if "values" in answer else None), lines

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._process is None:
            self._process = subprocess.Popen(
                ["node", str(SCRIPT), str(self.node_modules)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            )  # fmt: skip
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps(request) + "\n")
        stdin.flush()
        if not select.select([stdout], [], [], self.seconds)[0]:
            self.close()
            return {}
        found: dict[str, Any] = json.loads(stdout.readline())
        return found


def first_code(text: str) -> str:
    """Return the first error code in what circom2 or zkctl prints, nothing if there is none."""
    found = _CODE.search(text) or re.search(r"\[([TPCB][\w-]+)\]", text)
    return found.group(1) if found else ""
