from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.linted import bit, foreign
from zkctl.errors import CheckFailed
from zkctl.lint import foreign_contracts
from zkctl.lint.foreign_contracts import CONTRACTS, ComponentUse
from zkctl.lint.search.search import Searched
from zkctl.lint.system import System
from zkctl.lint.verdict import Judgement, OutputVerdict, Verdict
from zkctl.toolchain.lint import judge
from zkctl.toolchain.lint.judge import judged, judged_by_contracts, replayed

SQUARE = ({2: 1}, {2: 1}, {1: 1})


def test_a_proof_that_the_checker_accepts() -> None:
    found = judged(foreign([SQUARE], ["o", "x"], n_outputs=1, n_inputs=1))
    assert found.judgement.verdict is Verdict.PROVED
    assert found.is_checked
    assert found.counterexample is None


def test_a_counterexample_has_both_values_in_the_reason() -> None:
    found = judged(foreign([bit(1)], ["o", "x"], n_outputs=1, n_inputs=1))
    (output,) = found.judgement.outputs
    assert output.verdict is Verdict.BROKEN
    assert output.reason in ("0 or 1, for the same inputs", "1 or 0, for the same inputs")
    assert found.counterexample is not None
    assert not found.is_checked


def test_an_output_that_no_direction_moves_is_called_locally_unique() -> None:
    unknown = Judgement(
        (OutputVerdict(1, Verdict.UNKNOWN, "no rule"),), [], frozenset({0, 2}), {}, ()
    )
    system = foreign([({1: 1}, {0: 1}, {3: 1, 2: 3}), ({3: 1}, {0: 1}, {2: 1})], ["o", "x", "y"], n_outputs=1, n_inputs=1)  # fmt: skip
    found = judged(system, judgement=unknown)
    (output,) = found.judgement.outputs
    assert output.verdict is Verdict.UNKNOWN
    assert output.reason.startswith("no rule; locally unique: ")


def test_a_proof_that_the_checker_refuses_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    prove = judge.__dict__["prove"]

    def altered(system: System) -> object:
        found = prove(system)
        found.certificate[0][1:] = [7, *found.certificate[0][2:]]
        return found

    monkeypatch.setattr(judge, "prove", altered)
    monkeypatch.setattr(judge, "look", lambda *_args, **_kwargs: Searched(None))
    found = judged(foreign([SQUARE], ["o", "x"], n_outputs=1, n_inputs=1))
    assert found.judgement.verdict is Verdict.UNKNOWN
    assert not found.is_checked
    assert found.judgement.outputs[0].reason.startswith("the checker refuses the proof")


def test_a_contract_helps_where_the_rules_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sixth root, which a contract claims to be unique: the verdict says what it relies on."""
    sixth_root = foreign(
        [({1: 1}, {1: 1}, {3: 1}), ({3: 1}, {3: 1}, {4: 1}), ({4: 1}, {3: 1}, {2: 1})],
        ["o", "x", "a", "b"],
        n_outputs=1,
        n_inputs=1,
    )
    use = ComponentUse("c", CONTRACTS[0], frozenset(), frozenset(), frozenset({1}))
    monkeypatch.setattr(judge, "look", lambda *_args, **_kwargs: Searched(None))
    monkeypatch.setattr(foreign_contracts, "uses_of", lambda *_args: iter([use]))
    assert judged(sixth_root).judgement.verdict is Verdict.UNKNOWN
    found = judged_by_contracts(sixth_root)
    assert found.judgement.verdict is Verdict.PROVED
    assert found.judgement.relies_on == ("contract circomlib Pedersen(256) of c",)
    monkeypatch.setattr(foreign_contracts, "uses_of", lambda *_args: iter(()))
    assert judged_by_contracts(sixth_root).judgement.verdict is Verdict.UNKNOWN


def test_a_missing_input_is_named_in_the_reason() -> None:
    broken = foreign([bit(1)], ["o", "x"], n_outputs=1, n_inputs=1)
    found = judged(replace(broken, not_broken="the input s was eliminated"))
    (output,) = found.judgement.outputs
    assert output.verdict is Verdict.UNKNOWN
    assert output.reason.endswith("; the input s was eliminated")


def test_a_given_certificate_is_replayed_and_nothing_else_is_tried() -> None:
    system = foreign([SQUARE], ["o", "x"], n_outputs=1, n_inputs=1)
    certificate = judged(system).judgement.certificate
    assert replayed(system, certificate).judgement.verdict is Verdict.PROVED
    (output,) = replayed(system, []).judgement.outputs
    assert (output.verdict, output.reason) == (Verdict.UNKNOWN, "the certificate does not prove it")
    with pytest.raises(CheckFailed):  # its polynomials are not those of other rows
        replayed(foreign([bit(1)], ["o", "x"], n_outputs=1, n_inputs=1), certificate)
    with pytest.raises(CheckFailed):
        replayed(system, [["solve", 0]])


@pytest.mark.parametrize("step", [["template", [0], [], None], ["template", 0, 0, [7]], ["template", 0, [], [[]]]])  # fmt: skip
def test_a_step_that_is_not_needed_names_no_contract(step: list[object]) -> None:
    """Nothing satisfies the rows, so the checker leaves the steps after the first alone."""
    system = foreign([({}, {}, {0: 1})], ["o", "x"], n_outputs=1, n_inputs=1)
    refuted: list[object] = ["bound", 0, 1, [[[], -2]], [[0, [[[], 1]]]]]
    found = replayed(system, [refuted, step]).judgement
    assert (found.verdict, found.relies_on) == (Verdict.PROVED, ())
