"""The challenges of PLONK, against a transcript of our own."""

from __future__ import annotations

import pytest

from tests.support.toy_plonk import toy_statement
from tests.support.toy_rows import Rows, ToyTranscript
from zkctl.curve import CURVES, Curve
from zkctl.plonk.challenges import challenges
from zkctl.plonk.keys import KEY_POINTS, PROOF_POINTS, PROOF_SCALARS


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_every_round(curve: Curve) -> None:
    vk, public, proof = toy_statement(curve)
    t = ToyTranscript(Rows(curve))
    key = {name: getattr(vk, field) for name, field in KEY_POINTS.items()}
    of = {name: getattr(proof, field) for name, field in (PROOF_POINTS | PROOF_SCALARS).items()}
    x = {f"public {k}": value for k, value in enumerate(public.to_ints())}
    beta = t.challenge(**key, **x, A=of["A"], B=of["B"], C=of["C"])
    gamma = t.challenge(beta=beta)
    alpha = t.challenge(beta=beta, gamma=gamma, Z=of["Z"])
    zeta = t.challenge(alpha=alpha, T1=of["T1"], T2=of["T2"], T3=of["T3"])
    v = t.challenge(zeta=zeta, **{name: of[name] for name in PROOF_SCALARS})
    u = t.challenge(v=v, Wxi=of["Wxi"], Wxiw=of["Wxiw"])
    found = challenges(vk, public.to_ints(), proof)
    assert (found.beta, found.gamma, found.alpha, found.zeta, found.v, found.u) == (
        beta,
        gamma,
        alpha,
        zeta,
        v,
        u,
    )
