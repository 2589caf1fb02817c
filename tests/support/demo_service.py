"""The demo's folder, made once for all processes of a test session."""

from __future__ import annotations

import fcntl
from pathlib import Path

from zkctl.service.proving.demo.folder import demo_folder


def shared_demo(session_folder: Path) -> Path:
    """Return the demo's folder; the first process makes it, the others wait for it."""
    state = session_folder / "demo-service"
    state.mkdir(mode=0o700, exist_ok=True)
    with (session_folder / "demo-service.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return demo_folder(state, lambda _text: None)
