"""Keys of fflonk under which proofs can be forged, found by their numbers alone.

All selectors and the permutation are in one commitment, which shows little of them: `zkctl ceremony verify` makes the key
again from its circuit.
"""

from __future__ import annotations

from zkctl.fflonk.keys import VerifyingKey
from zkctl.fflonk.verify import wrong_root
from zkctl.kzg.weak_keys import constant_polynomial, weak_setup
from zkctl.runtime.findings import Finding


def weak_key_findings(vk: VerifyingKey) -> list[Finding]:
    """Return every defect of a verifying key that lets anyone forge proofs."""
    return [*weak_setup(vk), *constant_polynomial("VK-SELECTORS", "C0", vk.c_0), *wrong_roots(vk)]


def wrong_roots(vk: VerifyingKey) -> list[Finding]:
    """Return a finding for an invalid root of unity."""
    wrong = wrong_root(vk)
    return [] if wrong is None else [Finding("VK-ROOTS", wrong)]
