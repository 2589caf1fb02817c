"""Many proofs through snarkjs in one process of node: it starts once, not once for each proof."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.interop.conftest import NODE_SECONDS
from zkctl.formats.json.bundle import parse_bundle

_SCRIPT = """
const snarkjs = require('snarkjs');
const { vkey, statements } = JSON.parse(require('fs').readFileSync(0));
(async () => {
  let n = 0;
  for (const { proof, publicSignals } of statements) n += await snarkjs.groth16.verify(vkey, publicSignals, proof);
  console.log(n);
  process.exit(0);
})();
"""


def n_verified(node_modules: Path, vkey: Path, bundles: Sequence[str]) -> int:
    """The number of Groth16 bundles that snarkjs holds for valid."""
    parts = [parse_bundle(each) for each in bundles]
    statements = [{"proof": each.proof.value, "publicSignals": each.public.value} for each in parts]
    given = json.dumps({"vkey": json.loads(vkey.read_text()), "statements": statements})
    done = subprocess.run(
        ["node", "-e", _SCRIPT],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        timeout=NODE_SECONDS,
        cwd=node_modules.parent,
    )
    return int(done.stdout)
