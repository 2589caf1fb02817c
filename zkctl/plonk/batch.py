"""Many proofs under one key, verified by one product of two pairings (kzg/verifier.py)."""

from __future__ import annotations

from zkctl.plonk.verify import VERIFIER

verify_batch = VERIFIER.verify_batch
