"""The edges between the states of a job."""

from __future__ import annotations

from zkctl.service.proving.states import EDGES, FINISHED, JobState


def test_every_state_has_its_edges() -> None:
    assert set(EDGES) == set(JobState)
    assert {following for each in EDGES.values() for following in each} <= set(JobState)


def test_the_terminal_states_have_no_edge() -> None:
    assert {"done", "failed", "cancelled", "expired"} == FINISHED


def test_only_a_running_job_is_done_or_queued_again() -> None:
    before = {state: {s for s, following in EDGES.items() if state in following} for state in EDGES}
    assert before[JobState.DONE] == before[JobState.QUEUED] == {JobState.RUNNING}
    assert before[JobState.RUNNING] == {JobState.QUEUED}
