"""The steps of an automaton over a text of known capacity: the states at each place, and the products between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zkctl.gadgets.text.automaton import DEAD, Automaton
from zkctl.runtime.records import record

ALL = -1  # in place of the number of a set: every byte


Terms = tuple[tuple[int, tuple[int, ...]], ...]  # (set, sources): a product each


@record
class Step:
    """From the bits of the states at one place to those at the next; at most one of them is 1, and none in the dead state.

    sets: the distinguished sets of symbols, as masks.  ways: for each state afterwards, the dead one last, the products (number of
    the set or ALL, sources) that add up to it; the state `left` is 1 less all others.  certain: the dead state is impossible before.
    """

    sets: tuple[int, ...]
    ways: tuple[Terms, ...]
    left: int
    n_sources: int
    certain: bool


@record
class Run:
    """A text: its steps, and for each place, the start first, the positions of the accepting states among the states there."""

    steps: tuple[Step, ...]
    accepting: tuple[tuple[int, ...], ...]


def run_of(automaton: Automaton, n_symbols: int, *, any_length: bool) -> Run | None:
    """Return the run over n_symbols symbols, or up to that many; None if no such text matches."""
    alive = _alive(automaton, n_symbols, any_length=any_length)
    if 0 not in alive[0]:
        return None
    known: dict[tuple[object, ...], Step] = {}
    sources, certain = [0], True
    steps, accepting = [], [_places(sources, automaton.accepting)]
    for place in range(n_symbols):
        reached = {t for s in sources for t in automaton.transitions[s]} & alive[place + 1]
        targets = sorted(reached)
        key = (tuple(sources), tuple(targets), certain)
        if key not in known:
            known[key] = _step(automaton, sources, targets, certain=certain)
        steps.append(known[key])
        certain = certain and not known[key].ways[-1]
        sources = targets
        accepting.append(_places(sources, automaton.accepting))
    return Run(tuple(steps), tuple(accepting))


def _alive(automaton: Automaton, n_symbols: int, *, any_length: bool) -> list[set[int]]:
    """Return for each place the states from which the pattern can end at the end of the text, or before it too."""
    alive = [set(automaton.accepting)]
    for _ in range(n_symbols):
        before = {s for s, row in enumerate(automaton.transitions) if alive[-1].intersection(row)}
        alive.append(before | automaton.accepting if any_length else before)
    return alive[::-1]


def _places(states: Sequence[int], accepting: frozenset[int]) -> tuple[int, ...]:
    return tuple(k for k, state in enumerate(states) if state in accepting)


def _step(automaton: Automaton, sources: Sequence[int], targets: Sequence[int], *, certain: bool) -> Step:  # fmt: skip
    """Return the step with the state that takes most products, the dead one among equals, as what the others leave of 1."""
    everything = sum(automaton.classes)

    def n_products(terms: Terms) -> int:
        n = len(sources)
        return sum(mask != everything and not (certain and len(into) == n) for mask, into in terms)

    ways = [_terms_into(automaton, sources, targets, goal, n_products) for goal in [*targets, DEAD]]
    left = max(range(len(ways)), key=lambda k: (n_products(ways[k]), k))
    needed = [mask for k, terms in enumerate(ways) if k != left for mask, _ in terms]
    sets = tuple(dict.fromkeys(mask for mask in needed if mask != everything))
    number = {mask: k for k, mask in enumerate(sets)}
    numbered = tuple(tuple((number.get(mask, ALL), into) for mask, into in terms) for terms in ways)
    return Step(sets, numbered, left, len(sources), certain)


def _terms_into(
    automaton: Automaton,
    sources: Sequence[int],
    targets: Sequence[int],
    goal: int,
    n_products: Callable[[Terms], int],
) -> Terms:
    """Return the ways into a state as products: one for all sources with the same symbols, or for all symbols with the same sources."""
    symbols = [0] * len(sources)
    of_class: list[list[int]] = [[] for _ in automaton.classes]
    for k, source in enumerate(sources):
        for group, target in enumerate(automaton.transitions[source]):
            if (target if target in targets else DEAD) == goal:
                symbols[k] |= automaton.classes[group]
                of_class[group].append(k)
    by_symbols: dict[int, list[int]] = {}
    for k, mask in enumerate(symbols):
        if mask:
            by_symbols.setdefault(mask, []).append(k)
    by_sources: dict[tuple[int, ...], int] = {}
    for group, into in enumerate(of_class):
        if into:
            by_sources[tuple(into)] = by_sources.get(tuple(into), 0) | automaton.classes[group]
    one = tuple((mask, tuple(into)) for mask, into in by_symbols.items())
    other = tuple((mask, into) for into, mask in by_sources.items())
    return min(one, other, key=n_products)
