"""A script of node that answers requests, one JSON text a line: the start of node and its modules is paid once."""

from __future__ import annotations

import json
import select
import subprocess
from pathlib import Path
from typing import Any


class NodeServer:
    """Starts node when it is first asked, and again after a request that takes too long."""

    def __init__(self, *command: str | Path, seconds: float) -> None:
        self.command, self.seconds = ["node", "--no-warnings", *map(str, command)], seconds
        self._process: subprocess.Popen[str] | None = None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer.  Raises TimeoutError; AssertionError if node ends."""
        if self._process is None:
            self._process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps(request) + "\n")
        stdin.flush()
        if not select.select([stdout], [], [], self.seconds)[0]:
            self.close()
            raise TimeoutError(f"no answer within {self.seconds} s")
        line = stdout.readline()
        assert line, f"node ended: {request}"
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
