"""One process of node that runs the command line of snarkjs for many commands: a command takes 0.15 s of CPU instead of 1."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.node_server import NodeServer

SCRIPT = Path(__file__).parents[1] / "interop" / "node" / "snarkjs_server.cjs"


class SnarkjsServer(NodeServer):
    """snarkjs' published command line."""

    def __init__(self, node_modules: Path, seconds: float) -> None:
        super().__init__(SCRIPT, node_modules / "snarkjs" / "build" / "cli.cjs", seconds=seconds)

    def run(self, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder.  Raises subprocess.TimeoutExpired."""
        words = list(map(str, arguments))
        try:
            answer = self.ask({"arguments": words, "folder": str(cwd)})
        except TimeoutError:
            raise subprocess.TimeoutExpired(words, self.seconds) from None
        return subprocess.CompletedProcess(words, answer["code"], answer["out"], answer["err"])
