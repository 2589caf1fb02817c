"""Two whole services on one database, with the same secrets and one API key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.demo_service import RunningService, serving

SECRETS = ("pepper", "cache_key", "signing_key", "sealing_secret")


@contextmanager
def two_services(
    folder: Path, demo: Path, environ: Mapping[str, str]
) -> Iterator[tuple[RunningService, RunningService]]:
    """Run two services in folders below this one; `environ` names their database."""
    with ExitStack() as stack:
        first, second = folder / "one", folder / "two"
        first.mkdir()
        one = stack.enter_context(serving(first, demo, environ=environ))
        state = second / "state"
        second.mkdir()
        state.mkdir(mode=0o700)
        for name in SECRETS:
            if (source := first / "state" / name).is_file():
                shutil.copy2(source, state / name)
        shutil.copytree(demo, state / "demo")
        two = stack.enter_context(serving(second, demo, environ=environ))
        two.key = one.key
        yield one, two
