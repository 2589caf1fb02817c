"""The challenges of fflonk, against a transcript of our own."""

from __future__ import annotations

from tests.support.toy_fflonk import ROWS, toy_statement
from tests.support.toy_rows import ToyTranscript
from zkctl.fflonk.challenges import challenges
from zkctl.fflonk.keys import EVALUATIONS


def test_every_round() -> None:
    vk, public, proof = toy_statement()
    t = ToyTranscript(ROWS)
    x = {f"public {k}": value for k, value in enumerate(public.to_ints())}
    beta = t.challenge(C0=vk.c_0, **x, C1=proof.c_1)
    gamma = t.challenge(beta=beta)
    seed = t.challenge(gamma=gamma, C2=proof.c_2)
    values = dict(zip(EVALUATIONS, proof.evaluations, strict=True))
    alpha = t.challenge(xi_seed=seed, **values)
    y = t.challenge(alpha=alpha, W1=proof.w_1)
    found = challenges(vk, public.to_ints(), proof)
    assert (found.beta, found.gamma, found.xi_seed, found.alpha, found.y) == (
        beta,
        gamma,
        seed,
        alpha,
        y,
    )
