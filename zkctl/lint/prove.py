"""The proof that outputs are unique, or the wires that stop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from zkctl.lint.copies import Bodies, UsedCopy
from zkctl.lint.facts import Facts
from zkctl.lint.forms import Range, meet
from zkctl.lint.inside_copies import InnerFacts, inner_facts
from zkctl.lint.needed import has_cases_about, needed_steps
from zkctl.lint.propagation import propagate
from zkctl.lint.rules.cases import split_rows
from zkctl.lint.rules.counting import count_masks, list_combinations
from zkctl.lint.rules.decomposition import bound_digits
from zkctl.lint.rules.determinants import solve_pairs
from zkctl.lint.rules.elimination import eliminate
from zkctl.lint.rules.one_hot import pick_one_hot
from zkctl.lint.rules.powers import follow_products
from zkctl.lint.rules.quotient import divide_with_remainder
from zkctl.lint.rules.signs import take_signs
from zkctl.lint.rules.square_roots import split_roots
from zkctl.lint.system import Assumed, Form, Row, System
from zkctl.lint.verdict import Judgement, OutputVerdict, Verdict

SLOW_RULES = (
    eliminate,
    pick_one_hot,
    follow_products,
    divide_with_remainder,
    count_masks,
    take_signs,
    solve_pairs,
    split_rows,
    bound_digits,
    split_roots,
    list_combinations,
)
MOST_OF_FRONTIER = 20  # wires named
MOST_ROWS = 300_000  # of a system that is tried again without its copies


def new_bodies(system: System) -> Bodies:
    """Return the judgements on the bodies of a system, none made yet."""
    return Bodies(_judge_body, system.contracts)


def prove(system: System, bodies: Bodies | None = None) -> Judgement:
    """Return the verdict on each output, PROVED with a certificate or UNKNOWN with a reason.

    `bodies` keeps the judgements on bodies for another proof about the same rows.
    """
    proof = UniquenessProof(system, bodies)
    proof.look_inside()
    return proof.judgement()


class UniquenessProof:
    """A proof that goes on where it stopped: with the rows of copies in view, or with wires that are granted."""

    def __init__(self, system: System, bodies: Bodies | None = None) -> None:
        self.system = system
        self._bodies = bodies or new_bodies(system)
        self._facts = _facts(system, self._bodies.usable(system))

    @property
    def is_proved(self) -> bool:
        """True if the outputs are unique and the inputs not in doubt."""
        return not self.system.in_doubt and self._facts.is_proved(self.system.outputs)

    def look_inside(self) -> bool:
        """Go on with the rows of the copies that led to nothing; return whether there were some."""
        return _look_inside(self.system, self._facts)

    def known(self) -> tuple[Set[int], Mapping[int, Range]]:
        """Return the unique wires and the ranges of wires outside of copies."""
        return self._facts.unique, self._facts.ranges

    def grant(self, wires: Set[int]) -> None:
        """Go on with these wires among the inputs.

        The steps so far hold with more inputs, but for cases in which such a wire was shown to be unique: then the proof begins again.
        """
        granted = wires - self._facts.unique
        self.system = replace(self.system, inputs=self.system.inputs | granted)
        if has_cases_about(self._facts, granted):
            self._facts = _facts(self.system, self._bodies.usable(self.system))
            return
        self._facts.grant(granted)
        _apply_rules(self.system, self._facts)

    def judgement(self) -> Judgement:
        """Return the verdict on each output."""
        system, bodies = self.system, self._bodies
        found = _judgement(system, self._facts, (), inner_facts(system, self._facts, bodies))
        templates = bodies.steps(system, found.certificate)
        relies_on = [f"contract {step[2]}" for step in templates if step[0] == "contract"]
        found = replace(
            found,
            certificate=templates + found.certificate,
            relies_on=tuple(dict.fromkeys(relies_on)),
        )
        return found if found.verdict is Verdict.PROVED else _weakened(system, found)


def _weakened(system: System, found: Judgement) -> Judgement:
    """Return the judgement with the assumptions named that would make it a proof: no constraint enforces them, so it is none."""
    reasons = list(dict.fromkeys(each.reason for each in system.assumed))
    if not reasons or system.in_doubt or len(system.rows) > MOST_ROWS:
        return found
    facts = _facts(system, (), system.assumed)
    if not facts.is_proved(system.outputs):
        return found
    text = f"unique only if an assumption holds that no constraint enforces: {'; '.join(reasons)}"
    outputs = tuple(
        each if each.verdict is Verdict.PROVED else OutputVerdict(each.wire, each.verdict, text)
        for each in found.outputs
    )
    return replace(found, outputs=outputs, relies_on=(*found.relies_on, *(f"assumption: {each}" for each in reasons)))  # fmt: skip


def _judge_body(body: System, bodies: Bodies) -> Judgement:
    """Judge a body, with steps for all bounds of its ports and results: its copies take them over.

    Where copies lie inside others, the system around uses those in a body that is not proved: its rows need no second look.
    """
    facts = _facts(body, bodies.usable(body))
    if not body.nested:
        _look_inside(body, facts)
    bounded = (*body.inputs, *body.outputs)
    return _judgement(body, facts, bounded, inner_facts(body, facts, bodies))


def _look_inside(system: System, facts: Facts) -> bool:
    waiting = [
        each for each in facts.copies if not facts.unique.issuperset([*each.wires, *each.results])
    ]
    if facts.is_proved(system.outputs) or not waiting or len(system.rows) > MOST_ROWS:
        return False
    facts.show_rows(facts.rows.uncover(system, waiting))
    _apply_rules(system, facts)
    return True


def _facts(system: System, used: Sequence[UsedCopy], assumed: Sequence[Assumed] = ()) -> Facts:
    facts = Facts(system, used)
    for each in assumed:
        _assume(facts, each.form, (each.low, each.high))
    _apply_rules(system, facts)
    return facts


def _assume(facts: Facts, form: Form, new: Range) -> None:
    """Add the range of a form that the author claims, of a wire for it if it is no wire; no step says so."""
    (wire, *others), values = form, form.values()
    if others or wire == 0 or 1 not in values:
        wire = facts.n_wires
        facts.n_wires += 1
        facts.append_row(Row(form, {0: 1}, {wire: 1}))
    old = facts.ranges.get(wire)
    met = meet(old, new, facts.modulus) if old else new
    if met != old:
        facts.put_range(wire, met)


def _apply_rules(system: System, facts: Facts) -> None:
    propagate(facts)
    while not facts.is_proved(system.outputs) and any(rule(facts) for rule in SLOW_RULES):
        propagate(facts)


def _judgement(
    system: System, facts: Facts, bounded: Sequence[int], inner: InnerFacts
) -> Judgement:
    is_open = bool(system.in_doubt)
    fixed = facts.fixed.keys() & set(system.outputs)
    steps = [] if is_open else needed_steps(facts, system.outputs, fixed.union(bounded))
    outputs = tuple(
        OutputVerdict(wire, Verdict.PROVED)
        if not is_open and (wire in facts.unique or facts.is_impossible)
        else OutputVerdict(wire, Verdict.UNKNOWN, system.in_doubt or _reason(system, facts, wire))
        for wire in system.outputs
    )
    own = {w: high for w, (low, high) in facts.ranges.items() if low >= 0 and w < system.n_wires}
    unique = inner.unique.union(w for w in facts.unique if w < system.n_wires)
    return Judgement(
        outputs, steps, frozenset(unique), inner.bounds | own, _frontier(system, facts)
    )


def _reason(system: System, facts: Facts, wire: int) -> str:
    if wire not in facts.near:
        return f"no constraint has {system.names(wire)}"
    return f"no rule shows that {system.names(wire)} is unique"


def _frontier(system: System, facts: Facts) -> tuple[int, ...]:
    """Return wires that stop the proof: not unique, in a row with few such wires."""
    found: dict[int, int] = {}
    if facts.is_proved(system.outputs):
        return ()
    for k in facts.rows.numbers():
        row = facts.rows[k]
        unknown = {w for form in row for w in form if w not in facts.unique}
        for wire in unknown:
            found[wire] = min(found.get(wire, len(unknown)), len(unknown))
    return tuple(sorted(found, key=lambda wire: (found[wire], wire))[:MOST_OF_FRONTIER])
