"""The functions of the records of PLONK and fflonk that are the same: facts of keys that circuit and powers of tau determine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zkctl.constraints.r1cs import R1CS
    from zkctl.curve import Curve
    from zkctl.field import FieldArray
    from zkctl.formats.binary.zkey_gates import Counts
    from zkctl.runtime.findings import Finding
    from zkctl.toolchain.proof.keys import CircuitFact


def key_findings(_stored: Any) -> list[Finding]:
    """Return no findings: a key takes no contributions."""
    return []


def setup_facts(stored: Any) -> dict[str, Any]:
    """Return the rows of a new key that are not padding, and which setup it stands on."""
    from zkctl.toolchain.ptau.known_setups import srs_digest

    vk = stored.key.verifying_key
    return {"n_rows": stored.key.n_constraints, "srs": srs_digest(vk.x_2)}


def row_facts(key: Any, circuit: R1CS, n_rows: int) -> list[CircuitFact]:
    """Return the numbers that a key and a circuit of so many rows must agree on."""
    from zkctl.toolchain.proof.keys import CircuitFact

    return [
        CircuitFact("number of rows", key.n_constraints, n_rows),
        CircuitFact("number of additions", len(key.additions), _n_additions(circuit, n_rows)),
    ]


def counts_of_key(circuit: R1CS, curve: Curve, n_rows: int, domain_size: int) -> Counts:
    """Return the numbers that determine the size of a key."""
    from zkctl.formats.binary.zkey_gates import Counts

    n_additions = _n_additions(circuit, n_rows)
    return Counts(curve, circuit.n_wires, circuit.n_public, domain_size, n_additions, n_rows)


def public_json(public: FieldArray) -> str:
    """Return public signals as JSON."""
    from zkctl.formats.json.snarkjs_text import public_json as text_of_public

    return text_of_public(public)


def _n_additions(circuit: R1CS, n_rows: int) -> int:
    return n_rows - circuit.n_public - circuit.n_constraints
