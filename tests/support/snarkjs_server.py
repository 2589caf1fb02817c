"""One process of node that runs the command line of snarkjs for many commands: a command takes 0.15 s of CPU instead of 1."""

from __future__ import annotations

import json
import select
import subprocess
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[1] / "interop" / "node" / "snarkjs_server.cjs"


class SnarkjsServer:
    """Starts node when it is first asked, and again after a command that takes too long."""

    def __init__(self, node_modules: Path, seconds: float) -> None:
        self.program, self.seconds = node_modules / "snarkjs" / "build" / "cli.cjs", seconds
        self._process: subprocess.Popen[str] | None = None

    def run(self, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder.  Raises subprocess.TimeoutExpired."""
        words = list(map(str, arguments))
        answer = self._ask(words, {"arguments": words, "folder": str(cwd)})
        return subprocess.CompletedProcess(words, answer["code"], answer["out"], answer["err"])

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, words: list[str], request: dict[str, Any]) -> dict[str, Any]:
        if self._process is None:
            self._process = subprocess.Popen(
                ["node", "--no-warnings", str(SCRIPT), str(self.program)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            )  # fmt: skip
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps(request) + "\n")
        stdin.flush()
        if not select.select([stdout], [], [], self.seconds)[0]:
            self.close()
            raise subprocess.TimeoutExpired(words, self.seconds)
        line = stdout.readline()
        assert line, f"snarkjs ended its process: {words}"
        found: dict[str, Any] = json.loads(line)
        return found
