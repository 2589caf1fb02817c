import pytest

from zkctl.lint.verdict import Judgement, OutputVerdict, Verdict


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [("PP", "PROVED"), ("PU", "UNKNOWN"), ("UB", "BROKEN"), ("PB", "BROKEN"), ("", "PROVED")],
)
def test_the_worst_output_decides(verdicts: str, whole: str) -> None:
    names = {"P": Verdict.PROVED, "U": Verdict.UNKNOWN, "B": Verdict.BROKEN}
    outputs = tuple(OutputVerdict(k, names[v]) for k, v in enumerate(verdicts))
    assert Judgement(outputs, [], frozenset(), {}, ()).verdict is Verdict(whole)
