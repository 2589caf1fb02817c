"""Make good.json: a group of five members, the vote of one.

    python make_inputs.py [--vote 2] > good.json

The secrets are examples; a real one is 31 bytes from the operating system, and only its commitment leaves the member.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from private_vote import commitment

from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.tree.merkle import empty_root

DEPTH = 12
SECRETS = [1001, 1002, 1003, 1004, 1005]
PLACE = 3


def inputs(vote: int, poll: int = 20261127) -> dict[str, Any]:
    """The inputs of the member at PLACE."""
    nodes, place, siblings = [commitment(secret) for secret in SECRETS], PLACE, []
    for height in range(DEPTH):
        nodes += [empty_root(height)] * (len(nodes) % 2)
        siblings.append(nodes[place ^ 1])
        nodes = [poseidon(*nodes[k : k + 2]) for k in range(0, len(nodes), 2)]
        place //= 2
    opened = {"secret": SECRETS[PLACE], "place": PLACE, "siblings": [str(x) for x in siblings]}
    return {"root": str(nodes[0]), "poll": poll, "n_choices": 4, "vote": vote, **opened}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--vote", type=int, default=2)
    sys.stdout.write(json.dumps(inputs(parser.parse_args().vote), indent=2) + "\n")
