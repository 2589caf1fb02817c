"""Keep a slot while the main thread computes."""

from __future__ import annotations

import threading

from zkctl.errors import ZkctlError
from zkctl.runtime.printable import printable
from zkctl.toolchain.ceremony.coordinator_client import CoordinatorClient, SlotLost, TokenLost

_WITHOUT_SLOT = ("waiting", "closed", "left", "refused")


class Heartbeat:
    """A thread that keeps the slot during the work, and notes its loss."""

    def __init__(self, client: CoordinatorClient, every: float) -> None:
        self._client, self._every = client, every
        self._stop, self._lost = threading.Event(), ""
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Heartbeat:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End; a request on its way is not waited for."""
        self._stop.set()

    def check(self) -> None:
        """Raise SlotLost if the coordinator said so."""
        if self._lost:
            raise SlotLost(self._lost)

    def _beat(self) -> None:
        while not self._stop.wait(self._every):
            try:
                view = self._client.post("api/heartbeat")
            except (SlotLost, TokenLost) as problem:
                self._lost = problem.message
            except ZkctlError:
                continue
            else:
                if view.get("state") in _WITHOUT_SLOT:
                    self._lost = f"the slot is lost: {printable(str(view.get('reason')), 200)}"
