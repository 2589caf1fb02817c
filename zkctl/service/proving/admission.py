"""The admission of requests: they begin in order of arrival, few in each pass of the event loop, and none waits too long.

Everything but proving runs in the loop.  Requests that begin in one pass delay every connection until the last of them ends, so
the others wait in a queue, while the loop goes on to read, and refuses what would wait longer than the limit:

    expected wait = number of waiting requests * average time of a turn

A request waits twice if it is to be verified: to begin, where eight cheap ones have their turn in one pass, and for its pairing,
one in each pass.  So malformed requests do not stand in the way of valid ones.  While pairings wait, one request begins in a pass:
those that came further go first, and the others are refused from their heads, which is cheap.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from starlette.requests import Request

from zkctl.service.proving.problems import Problem

TURN = "turn"  # the name of a request's turn in the state of its scope
FEW = 64  # requests that may always wait, however slow the machine is
BEGIN_IN_A_PASS, BEGIN_BESIDE_PAIRINGS, PAIRINGS_IN_A_PASS = 8, 1, 1
WAITING_PAIRINGS = 4  # from which on requests begin more slowly
FIRST_TURN_S = 0.002  # until turns are measured: a pairing
LONGEST_TURN_S = 0.02  # a longer one counts as this much: a pause of the machine says nothing about the next turns
_AVERAGED = 32  # measured times


class TurnState(Enum):
    """The result of waiting for a turn."""

    BEGUN = auto()
    LATE = auto()  # it waited longer than the limit
    GONE = auto()  # its client left


class Turn:
    """The place of one request in a queue."""

    def __init__(self, loop: asyncio.AbstractEventLoop, entered: float) -> None:
        self.entered = entered
        self._state: asyncio.Future[TurnState] = loop.create_future()

    @property
    def is_over(self) -> bool:
        """True if the request waits no more."""
        return self._state.done()

    def end(self, state: TurnState) -> None:
        """End the wait; a second end changes nothing."""
        if not self._state.done():
            self._state.set_result(state)

    async def wait(self) -> TurnState:
        """Return the result of the wait, once it is known."""
        return await self._state


class TurnQueue:
    """The requests that wait for their turn in one event loop."""

    def __init__(
        self,
        longest_wait_s: float,
        in_a_pass: Callable[[], int],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._longest_wait_s, self._in_a_pass, self._now = longest_wait_s, in_a_pass, now
        self._waiting: deque[Turn] = deque()
        self._turn_s = FIRST_TURN_S / in_a_pass()
        self._n_begun, self._room = 0, in_a_pass()  # turns of the present pass
        self._begun = 0.0  # the time of its first turn

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def expected_wait_s(self) -> float:
        """The expected wait of a request that arrives now."""
        return len(self._waiting) * self._turn_s

    @property
    def is_full(self) -> bool:
        """True if a request that arrives now is to be refused."""
        return len(self._waiting) >= FEW and self.expected_wait_s >= self._longest_wait_s

    def enter(self) -> Turn:
        """Return the turn of a request that arrives now; call it in the event loop."""
        loop, now = asyncio.get_running_loop(), self._now()
        turn = Turn(loop, now)
        if self._n_begun >= self._room:
            self._waiting.append(turn)
            return turn
        turn.end(TurnState.BEGUN)
        if not self._n_begun:
            self._begun = now
            # the request runs in the next pass, after this callback: its turn ends in the pass after it
            loop.call_soon(loop.call_soon, self._next_pass)
        self._n_begun += 1
        return turn

    def _next_pass(self) -> None:
        """End the turns of a pass and begin those of the next one."""
        now = self._now()
        if self._n_begun >= self._room:  # else the pass was not full, and says little
            seconds = min((now - self._begun) / self._n_begun, LONGEST_TURN_S)
            self._turn_s += (seconds - self._turn_s) / _AVERAGED
        self._n_begun, self._room, self._begun = 0, self._in_a_pass(), now
        while self._waiting and self._n_begun < self._room:
            turn = self._waiting.popleft()
            if turn.is_over:
                continue
            is_late = now - turn.entered > self._longest_wait_s and len(self._waiting) >= FEW
            turn.end(TurnState.LATE if is_late else TurnState.BEGUN)
            self._n_begun += not is_late
        if self._n_begun:
            asyncio.get_running_loop().call_soon(self._next_pass)


@dataclass(frozen=True)
class Admission:
    """The queues of one API process."""

    requests: TurnQueue
    pairings: TurnQueue

    @classmethod
    def within(cls, longest_wait_s: float) -> Admission:
        """Return queues in which no request waits longer."""
        pairings = TurnQueue(longest_wait_s, lambda: PAIRINGS_IN_A_PASS)

        def begin_in_a_pass() -> int:
            return BEGIN_IN_A_PASS if len(pairings) < WAITING_PAIRINGS else BEGIN_BESIDE_PAIRINGS

        return cls(TurnQueue(longest_wait_s, begin_in_a_pass), pairings)

    def is_full(self, *, for_pairing: bool) -> bool:
        """Return whether a request that arrives now is to be refused."""
        return self.requests.is_full or (for_pairing and self.pairings.is_full)

    async def pairing(self, request: Request) -> None:
        """Wait for the turn of a request's pairing.  Raises: Problem overloaded."""
        if self.pairings.is_full:
            raise Problem("overloaded")
        turn = request.scope["state"][TURN] = self.pairings.enter()
        if await turn.wait() is not TurnState.BEGUN:
            raise Problem("overloaded")
