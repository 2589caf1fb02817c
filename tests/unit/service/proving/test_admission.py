"""The order of requests, the expected wait, and the refusals, under a clock that the tests move."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import pytest
from starlette.requests import Request

from zkctl.service.proving.admission import (
    BEGIN_IN_A_PASS,
    FEW,
    FIRST_TURN_S,
    LONGEST_TURN_S,
    TURN,
    Admission,
    Turn,
    TurnQueue,
    TurnState,
)
from zkctl.service.proving.problems import Problem

pytestmark = pytest.mark.anyio
LIMIT_S = 1.0
AT_FIRST = round(LIMIT_S / FIRST_TURN_S)  # requests that may wait before turns are measured


@dataclass
class Requests:
    """Requests that take a time of the clock each; `begun` are their numbers in order, by pass of the loop."""

    turn_s: float
    in_a_pass: int = 1
    clock: float = 0.0
    begun: list[list[int]] = field(default_factory=lambda: [[]])
    states: dict[int, TurnState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.queue = TurnQueue(LIMIT_S, lambda: self.in_a_pass, now=lambda: self.clock)
        self.turns: dict[int, Turn] = {}

    def arrive(self, number: int) -> asyncio.Task[None]:
        """Enter the queue, as a protocol does, and begin in a task."""
        turn = self.turns[number] = self.queue.enter()
        return asyncio.get_running_loop().create_task(self._run(number, turn))

    async def _run(self, number: int, turn: Turn) -> None:
        self.states[number] = await turn.wait()
        if self.states[number] is TurnState.BEGUN:
            self.begun[-1].append(number)
            self.clock += self.turn_s

    async def settle(self, n_passes: int = 2000, each: Callable[[], None] = lambda: None) -> None:
        """Run passes of the loop."""
        for _ in range(n_passes):
            await asyncio.sleep(0)
            self.begun.append([])
            each()

    def order(self) -> list[int]:
        return [number for one in self.begun for number in one]


async def test_one_request_begins_at_once() -> None:
    requests = Requests(turn_s=0.001)
    task = requests.arrive(0)
    assert requests.turns[0].is_over
    await task
    await requests.settle(5)
    assert requests.arrive(1) and requests.turns[1].is_over
    await requests.settle(5)
    assert requests.order() == [0, 1]


@pytest.mark.parametrize("in_a_pass", [1, 8])
async def test_requests_begin_in_order_few_in_a_pass(in_a_pass: int) -> None:
    requests = Requests(turn_s=0.0, in_a_pass=in_a_pass)
    for number in range(50):
        requests.arrive(number)
    await requests.settle(200)
    assert requests.order() == list(range(50))
    assert max(map(len, requests.begun)) <= in_a_pass
    assert not requests.queue.is_full and requests.queue.expected_wait_s == 0


async def test_the_queue_is_full_at_the_expected_wait() -> None:
    requests = Requests(turn_s=0.001)
    for number in range(AT_FIRST + 1):
        assert not requests.queue.is_full
        requests.arrive(number)
    assert requests.queue.is_full
    await requests.settle(4)
    assert not requests.queue.is_full, "one has begun"
    await requests.settle()
    assert len(requests.order()) == AT_FIRST + 1


@pytest.mark.parametrize(("turn_s", "n_waiting"), [(0.0005, 2000), (0.004, 250), (0.01, 100)])
async def test_the_limit_follows_the_measured_time_of_a_turn(turn_s: float, n_waiting: int) -> None:
    requests, number = Requests(turn_s=turn_s), 0

    def keep_some_waiting() -> None:
        nonlocal number
        while requests.queue.expected_wait_s < LIMIT_S / 4:
            requests.arrive(number)
            number += 1

    await requests.settle(500, keep_some_waiting)
    while not requests.queue.is_full:
        requests.arrive(number)
        number += 1
    assert len(requests.queue) == pytest.approx(n_waiting, rel=0.05)


async def test_a_pause_of_the_machine_is_one_long_turn() -> None:
    requests = Requests(turn_s=10.0)
    requests.arrive(0)
    await requests.settle(5)
    for number in range(1, FEW + 1):
        requests.arrive(number)
    assert requests.queue.expected_wait_s < FEW * (FIRST_TURN_S + LONGEST_TURN_S / 32) + 1e-9
    assert not requests.queue.is_full


async def test_few_requests_always_wait() -> None:
    requests = Requests(turn_s=5.0)
    for number in range(FEW):
        requests.arrive(number)
        assert not requests.queue.is_full
    await requests.settle(100)
    assert requests.order() == list(range(FEW))


async def test_requests_that_waited_too_long_are_late() -> None:
    """Admitted while turns were quick; then each takes 0.4 s of the second that it may wait."""
    requests, n = Requests(turn_s=0.4), 3 * FEW
    for number in range(n):
        requests.arrive(number)
    await requests.settle(200)
    begun = requests.order()
    assert begun[:3] == [0, 1, 2]
    late = [k for k, state in requests.states.items() if state is TurnState.LATE]
    assert late == list(range(3, n - FEW)), "the last few begin all the same"
    assert begun[3:] == list(range(n - FEW, n))


async def test_a_client_that_left_takes_no_turn() -> None:
    requests = Requests(turn_s=0.001)
    for number in range(4):
        requests.arrive(number)
    requests.turns[1].end(TurnState.GONE)
    requests.turns[2].end(TurnState.GONE)
    await requests.settle(20)
    assert requests.order() == [0, 3]
    assert requests.states[1] is TurnState.GONE
    requests.turns[3].end(TurnState.GONE)  # too late: nothing happens
    assert requests.states[3] is TurnState.BEGUN


def request() -> Request:
    return Request({"type": "http", "state": {}})


async def test_full_pairings_refuse_verifications_only() -> None:
    admission = Admission.within(LIMIT_S)
    turns = [admission.pairings.enter() for _ in range(AT_FIRST + 1)]
    assert admission.is_full(for_pairing=True) and not admission.is_full(for_pairing=False)
    with pytest.raises(Problem, match="overloaded") as raised:
        await admission.pairing(request())
    assert raised.value.kind.status == 503 and raised.value.retry_after == 1
    for turn in turns:
        turn.end(TurnState.GONE)
    await asyncio.sleep(0.01)
    await admission.pairing(request())


@pytest.mark.parametrize("state", [TurnState.GONE, TurnState.LATE])
async def test_a_pairing_that_is_not_due_any_more_is_refused(state: TurnState) -> None:
    admission, given = Admission.within(LIMIT_S), request()
    admission.pairings.enter()
    waiting = asyncio.ensure_future(admission.pairing(given))
    await asyncio.sleep(0)
    cast(Turn, given.scope["state"][TURN]).end(state)
    with pytest.raises(Problem, match="overloaded"):
        await waiting


async def test_requests_begin_more_slowly_while_pairings_wait() -> None:
    admission = Admission.within(LIMIT_S)

    async def begun_in_three_passes() -> int:
        turns = [admission.requests.enter() for _ in range(100)]
        for _ in range(4):
            await asyncio.sleep(0)
        found = sum(turn.is_over for turn in turns)
        for turn in turns:
            turn.end(TurnState.GONE)
        await asyncio.sleep(0.01)
        return found

    assert await begun_in_three_passes() >= 2 * BEGIN_IN_A_PASS
    pairings = [admission.pairings.enter() for _ in range(50)]
    await asyncio.sleep(0)
    assert await begun_in_three_passes() <= BEGIN_IN_A_PASS + 3
    for turn in pairings:
        turn.end(TurnState.GONE)
    await asyncio.sleep(0.01)
    assert await begun_in_three_passes() >= 2 * BEGIN_IN_A_PASS


async def test_full_requests_refuse_everything() -> None:
    admission = Admission.within(LIMIT_S)
    while not admission.requests.is_full:
        admission.requests.enter()
    assert admission.is_full(for_pairing=False) and admission.is_full(for_pairing=True)
