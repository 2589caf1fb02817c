"""Two local users for tests: each action runs in a process of its own with that user's id."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from zkctl.errors import ZkctlError

VICTIM, ATTACKER = 65534, 65533
two_users = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to act as two users")


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder like /tmp: every user can write to it, and it is sticky."""
    folder = Path(tempfile.mkdtemp(prefix="shared-", dir="/tmp"))
    folder.chmod(0o1777)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def start(uid: int, action: Callable[[], object]) -> tuple[int, int]:
    """Run the action as this user; the answer is read by `answer_of`."""
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(receive)
        _child(uid, action, send)
    os.close(send)
    return pid, receive


def answer_of(child: tuple[int, int]) -> str:
    """The text of a refusal, or what the action returned."""
    pid, receive = child
    with os.fdopen(receive) as stream:
        text = stream.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code == 0, text
    return text


def as_user(uid: int, action: Callable[[], object]) -> str:
    """Run the action as this user and wait for it."""
    return answer_of(start(uid, action))


def _child(uid: int, action: Callable[[], object], send: int) -> NoReturn:
    code, text = 1, ""
    try:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        os.umask(0o022)
        text, code = str(action()), 0
    except ZkctlError as problem:
        text, code = str(problem), 0
    except BaseException as problem:
        text = repr(problem)
    finally:
        os.write(send, text.encode())
        os._exit(code)
