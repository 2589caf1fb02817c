"""The verdict on the outputs of a system: proved, or broken by two witnesses, or unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from zkctl.constraints.linear import show_element
from zkctl.errors import CheckFailed
from zkctl.lint.certificate import Certificate, proved_outputs
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.foreign_contracts import prove_with_contracts
from zkctl.lint.prove import prove
from zkctl.lint.search.counterexample import Counterexample
from zkctl.lint.search.search import look
from zkctl.lint.system import System
from zkctl.lint.verdict import Judgement, OutputVerdict, Verdict
from zkctl.runtime.collection import rare_collections
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record


@record(eq=False, repr=False)  # no repr: a counterexample has values of private inputs
class Judged:
    """A judgement, the counterexample if an output is BROKEN; `is_checked` if the independent checker accepts the certificate."""

    judgement: Judgement
    counterexample: Counterexample | None
    is_checked: bool


def judged(
    system: System,
    *,
    witnesses: Sequence[Sequence[int]] = (),
    judgement: Judgement | None = None,
    progress: Progress = silent,
) -> Judged:
    """Return the verdict on each output.

    `witnesses` are satisfying assignments for the search to begin with; `judgement` is what the prover said, if it was asked before.
    """
    progress("proving that the outputs are unique", None)
    if judgement is None:
        with rare_collections():
            judgement = prove(system)
    if any(each.verdict is Verdict.PROVED for each in judgement.outputs):
        progress("checking the certificate", None)
        judgement = _accepted_by_checker(system, judgement)
    else:
        judgement = replace(judgement, certificate=[])
    is_checked = any(each.verdict is Verdict.PROVED for each in judgement.outputs)
    found = None
    if judgement.verdict is not Verdict.PROVED:
        progress("looking for a counterexample", None)
        searched = look(system, judgement, witnesses=witnesses)
        found = searched.counterexample
        judgement = _with_isolated(judgement, searched.isolated)
    if found is not None:
        judgement = _broken(judgement, found, system.modulus)
    elif system.not_broken:
        judgement = _not_searched(judgement, system.not_broken)
    return Judged(judgement, found, is_checked)


def replayed(system: System, certificate: Certificate) -> Judged:
    """Return the verdicts that a given certificate proves; nothing else is tried.

    Raises: CheckFailed naming the first step that does not hold.
    """
    unique = proved_outputs(system, certificate)
    missing = system.in_doubt or "the certificate does not prove it"
    outputs = tuple(
        OutputVerdict(wire, Verdict.PROVED)
        if wire in unique and not system.in_doubt
        else OutputVerdict(wire, Verdict.UNKNOWN, missing)
        for wire in system.outputs
    )
    known = system.contracts.values()  # steps that the checker did not need may name anything
    named = [id_ for id_ in _contracts_in(certificate) if id_ in known]
    relies_on = tuple(dict.fromkeys(f"contract {id_}" for id_ in named))
    judgement = Judgement(outputs, certificate, unique, {}, (), relies_on)
    return Judged(judgement, None, is_checked=True)


def _contracts_in(steps: object) -> Iterator[object]:
    """Yield what may be ids of the contracts that steps believe, those within cases too."""
    waiting = [steps]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            if found[:1] == ["template"] and isinstance(found[-1], list):
                yield from found[-1][:1]
            waiting += reversed(found)


def judged_by_contracts(
    system: System, *, witnesses: Sequence[Sequence[int]] = (), progress: Progress = silent
) -> Judged:
    """Return the verdict on each output of a foreign circuit; contracts of known components help where the rules do not suffice."""
    progress("proving that the outputs are unique", None)
    with rare_collections():
        helped = prove_with_contracts(system)
    judgement = helped.judgement
    found = judged(helped.system, witnesses=witnesses, judgement=judgement, progress=progress)
    names = tuple(
        f"contract {use.contract.name} of {use.component or 'main'}" for use in helped.uses
    )
    return replace(
        found, judgement=replace(found.judgement, relies_on=(*judgement.relies_on, *names))
    )


def _with_isolated(judgement: Judgement, isolated: frozenset[int]) -> Judgement:
    """Return the judgement with the remark that outputs are locally unique."""
    text = (
        "locally unique: no direction moves it at a witness that was tried, so other values are"
        " separate ones (bits, roots) or belong to special inputs (divisors that are 0)"
    )
    outputs = tuple(
        replace(each, reason=f"{each.reason}; {text}") if each.wire in isolated else each
        for each in judgement.outputs
    )
    return replace(judgement, outputs=outputs)


def _not_searched(judgement: Judgement, reason: str) -> Judgement:
    """Return the judgement with the reason why no counterexample was looked for."""
    outputs = tuple(
        each
        if each.verdict is Verdict.PROVED
        else OutputVerdict(each.wire, each.verdict, f"{each.reason}; {reason}")
        for each in judgement.outputs
    )
    return replace(judgement, outputs=outputs)


def _accepted_by_checker(system: System, judgement: Judgement) -> Judgement:
    """Return the judgement with the checker's certificate, and every output that it does not prove as UNKNOWN."""
    try:
        with rare_collections():
            certificate = expanded(system, judgement.certificate)
            judgement = replace(judgement, certificate=certificate)
            unique, problem = proved_outputs(system, certificate), ""
    except CheckFailed as error:
        unique, problem = frozenset(), f"{error.where}: {error.message}"

    def verdict(each: OutputVerdict) -> OutputVerdict:
        if each.verdict is not Verdict.PROVED or each.wire in unique:
            return each
        return OutputVerdict(
            each.wire,
            Verdict.UNKNOWN,
            f"the checker refuses the proof{problem and f' at {problem}'}",
        )

    return replace(judgement, outputs=tuple(verdict(each) for each in judgement.outputs))


def _broken(judgement: Judgement, found: Counterexample, modulus: int) -> Judgement:
    """Return the judgement with the outputs that have another value in the second witness as BROKEN, with both values."""

    def verdict(each: OutputVerdict) -> OutputVerdict:
        if each.wire not in found.outputs:
            return each
        values = (show_element(w[each.wire], modulus) for w in (found.first, found.second))
        return OutputVerdict(
            each.wire, Verdict.BROKEN, f"{' or '.join(values)}, for the same inputs"
        )

    return replace(judgement, outputs=tuple(verdict(each) for each in judgement.outputs))
