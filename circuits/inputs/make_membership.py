"""Make inputs of circuits/membership.py: a registry with a few leaves, and one holder's path in it.

    python circuits/inputs/make_membership.py [--depth 20] > input.json

The values are examples and follow from the numbers in this file; a real holder secret is 31 bytes from the operating system.
The files in circuits/inputs/membership/ come from here too (tests/circuits/test_membership.py compares them).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from membership import registry_leaf

from zkctl.gadgets.hash.poseidon import poseidon

Inputs = dict[str, Any]

EMPTY_LEAF = 0  # no opening of a leaf hashes to it, so an empty place cannot be proved
OUR_PLACE = 5
N_LEAVES = 8


def example(depth: int = 20) -> Inputs:
    """Valid inputs: the holder of leaf 5 among 8."""
    ours = {"holder_secret": 123456789, "pid_commitment": 1001, "fields_commitment": 2001, "version": 1}  # fmt: skip
    leaves = [
        registry_leaf(3000 + k, 4000 + k, holder_secret=5000 + k, version=1)
        for k in range(N_LEAVES)
    ]
    leaves[OUR_PLACE] = registry_leaf(**ours)
    root, siblings = merkle_path(leaves, OUR_PLACE, depth)
    path = [OUR_PLACE >> level & 1 for level in range(depth)]
    public = {"root": root, "scope": 42, "context": 987654321}
    return {**public, **ours, "siblings": siblings, "path": path}


def merkle_path(leaves: Sequence[int], place: int, depth: int) -> tuple[int, list[int]]:
    """The root and the siblings, leaf first, of a tree of 2^depth leaves that is empty behind the given ones."""
    level, empty, siblings = list(leaves), EMPTY_LEAF, []
    for _ in range(depth):
        if len(level) % 2:
            level.append(empty)
        sibling = place ^ 1
        siblings.append(level[sibling] if sibling < len(level) else empty)
        level = [poseidon(*level[k : k + 2]) for k in range(0, len(level), 2)]
        empty, place = poseidon(empty, empty), place // 2
    return level[0], siblings


def bad_examples() -> dict[str, Inputs]:
    """Inputs that must be refused, by the name of their file; why is in the test that runs them."""
    good = example()
    first, *others = good["siblings"]
    stranger = registry_leaf(3000, 4000, holder_secret=5000, version=1)
    cases = {
        "stranger_secret": {"holder_secret": 123456790},
        "other_root": {"root": good["root"] + 1},
        "other_version": {"version": 2},
        "unregistered_pid": {"pid_commitment": 1002},
        "stranger_leaf": {"pid_commitment": stranger},
        "path_swapped": {"path": [1 - good["path"][0], *good["path"][1:]]},
        "path_bit_two": {"path": [2, *good["path"][1:]]},
        "sibling_changed": {"siblings": [first + 1, *others]},
        "too_few_siblings": {"siblings": others},
        "scope_not_canonical": {"scope": 2**254},
        "path_is_text": {"path": ["left", *good["path"][1:]]},
    }
    bad = {f"bad_{name}": {**good, **change} for name, change in cases.items()}
    bad["bad_missing_context"] = {name: v for name, v in good.items() if name != "context"}
    bad["bad_extra_signal"] = {**good, "leaf": 1}
    return bad


def as_json(inputs: Inputs) -> str:
    """The inputs as snarkjs and zkctl read them: numbers as texts."""
    texts = {n: [str(x) for x in v] if isinstance(v, list) else str(v) for n, v in inputs.items()}
    return json.dumps(texts, indent=1) + "\n"


def main() -> None:
    """Print an input file, or with --all write the files of circuits/inputs/membership."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--depth", type=int, default=20)
    parser.add_argument("--all", action="store_true", help="write the good and bad examples")
    options = parser.parse_args()
    if not options.all:
        sys.stdout.write(as_json(example(options.depth)))
        return
    folder = Path(__file__).parent / "membership"
    for name, inputs in {"good": example(), **bad_examples()}.items():
        (folder / f"{name}.json").write_text(as_json(inputs))


if __name__ == "__main__":
    main()
