"""What the transcripts of PLONK and fflonk absorb: F1, F2, F3, F6 of docs/design/security-cases.md.

The table names, for every part of a key, a statement and a proof, the challenges that it must change.  A part
without a row fails, so that a new member of a proof cannot be forgotten.  Then the other way around: a prover that leaves out
any single item of the transcript is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from tests.support.toy_rows import TAU, Rows
from tests.support.universal import EACH_SYSTEM, FFLONK, PLONK, PLONK_BLS, SYSTEMS, System
from zkctl.errors import ZkctlError
from zkctl.fflonk.challenges import challenges as fflonk_challenges
from zkctl.fflonk.keys import EVALUATIONS
from zkctl.fflonk.keys import PROOF_POINTS as FFLONK_POINTS
from zkctl.kzg.transcript import Transcript
from zkctl.plonk.challenges import challenges as plonk_challenges
from zkctl.plonk.keys import KEY_POINTS, PROOF_POINTS, PROOF_SCALARS

# Of each part the first challenge that depends on it; all later ones do too.  "": none, see NOT_ABSORBED.
PLONK_ORDER = ("beta", "gamma", "alpha", "zeta", "v", "u")
PLONK_FIRST = {
    **dict.fromkeys(("q_m", "q_l", "q_r", "q_o", "q_c", "sigma_1", "sigma_2", "sigma_3"), "beta"),
    **dict.fromkeys(("public 0", "public 1", "a", "b", "c"), "beta"),
    "z": "alpha",
    **dict.fromkeys(("t_low", "t_mid", "t_high"), "zeta"),
    **dict.fromkeys(("eval_a", "eval_b", "eval_c", "eval_s1", "eval_s2", "eval_z_omega"), "v"),
    **dict.fromkeys(("w_zeta", "w_zeta_omega"), "u"),
    **dict.fromkeys(("curve", "n_public", "log_n", "k1", "k2", "x_2"), ""),
}
FFLONK_ORDER = ("beta", "gamma", "xi_seed", "alpha", "y")
FFLONK_FIRST = {
    **dict.fromkeys(("c_0", "public 0", "public 1", "c_1"), "beta"),
    "c_2": "xi_seed",
    **dict.fromkeys(EVALUATIONS, "alpha"),
    "w_1": "y",
    **dict.fromkeys(("w_2", "inv"), ""),
    **dict.fromkeys(("curve", "n_public", "log_n", "k1", "k2", "x_2"), ""),
    **dict.fromkeys(("w3", "w4", "w8", "wr"), ""),
}
# snarkjs' transcripts do not have them: the byte-compatible verifier must not either.
NOT_ABSORBED = {
    "curve": "points and numbers of another curve are refused",
    "n_public": "as many public signals are absorbed",
    "log_n": "the domain is public; only one fits the commitments of the key",
    "k1": "only one coset fits the commitments of the key",
    "k2": "as k1",
    "x_2": "the setup that the commitments of the key were made with",
    "w3": "a root of unity, checked; any primitive one gives the same equation",
    "w4": "as w3",
    "w8": "as w3",
    "wr": "as w3",
    "w_2": "the last message, checked by the equation for all challenges",
    "inv": "compared with the one value that it can have",
}


def first_challenges(system: System) -> dict[str, str]:
    return PLONK_FIRST if system.name == "plonk" else FFLONK_FIRST


def challenges(system: System, vk: Any, public: list[int], proof: Any) -> dict[str, int]:
    absorb: Any = plonk_challenges if system.name == "plonk" else fflonk_challenges
    found: dict[str, int] = vars(absorb(vk, public, proof))
    return found


def expected_changes(system: System, part: str) -> set[str]:
    first = first_challenges(system)[part]
    order = PLONK_ORDER if system.name == "plonk" else FFLONK_ORDER
    return set(order[order.index(first) :]) if first else set()


def parts_of(system: System) -> list[str]:
    """Every member of the records of key and proof, and every public signal."""
    vk, public, proof = system.statement()
    names = [each.name for record in (vk, proof) for each in fields(record)]
    if "evaluations" in names:
        names.remove("evaluations")
        names += EVALUATIONS
    return [*names, *(f"public {k}" for k in range(len(public)))]


def changed(system: System, part: str) -> Iterator[tuple[Any, list[int], Any]]:
    """The statement with one part changed, in several ways."""
    vk, public, proof = system.statement()
    x = public.to_ints()
    if part.startswith("public "):
        k = int(part.removeprefix("public "))
        for value in (x[k] + 1, 0):
            yield vk, [*x[:k], value, *x[k + 1 :]], proof
    elif system is FFLONK and part in (*EVALUATIONS, "inv"):
        yield vk, x, system.with_scalar(proof, part, system.scalar(proof, part) ^ 1)
    else:
        in_key = hasattr(vk, part)
        record = vk if in_key else proof
        for value in _others(getattr(record, part)):
            other = replace(record, **{part: value})
            yield (other, x, proof) if in_key else (vk, x, other)


def _others(value: Any) -> list[Any]:
    if isinstance(value, int):
        return [value + 1]
    return [-value, type(value).infinity(value.group)]


@EACH_SYSTEM
def test_every_part_has_a_row(system: System) -> None:
    assert sorted(parts_of(system)) == sorted(first_challenges(system))


@EACH_SYSTEM
def test_what_is_not_absorbed_has_a_reason(system: System) -> None:
    without = {part for part, first in first_challenges(system).items() if not first}
    assert without <= set(NOT_ABSORBED)


MATRIX = [
    (system, part) for system in SYSTEMS for part in first_challenges(system) if part != "curve"
]


@pytest.mark.parametrize(("system", "part"), MATRIX, ids=str)
def test_every_part_changes_every_challenge_after_it(system: System, part: str) -> None:
    vk, public, proof = system.statement()
    before = challenges(system, vk, public.to_ints(), proof)
    for statement in changed(system, part):
        after = challenges(system, *statement)
        found = {name for name in before if before[name] != after[name]}
        assert found == expected_changes(system, part)


@EACH_SYSTEM
def test_what_is_not_absorbed_cannot_be_changed_either(system: System) -> None:
    """The statement does not hold any more, or is refused; roots of unity may be others of the same kind."""
    _, public, _ = system.statement()
    for part, first in first_challenges(system).items():
        if first or part == "curve":
            continue
        for vk, _, proof in changed(system, part):
            try:
                holds = system.module.verify(vk, public, proof)
            except ZkctlError as problem:
                assert problem.exit_code == 3
            else:
                assert not holds, part


# -- provers that leave something out

PLONK_ITEMS = [
    *("Qm", "Ql", "Qr", "Qo", "Qc", "S1", "S2", "S3", "public 0", "public 1", "A", "B", "C"),
    *("beta", "beta_again", "gamma", "Z", "alpha", "T1", "T2", "T3", "zeta"),
    *("eval_a", "eval_b", "eval_c", "eval_s1", "eval_s2", "eval_zw"),
]
FFLONK_ITEMS = [
    *("C0", "public 0", "public 1", "C1", "beta", "gamma", "C2", "xi_seed", *EVALUATIONS),
    *("alpha", "W1"),
]
LEFT_OUT = [
    *((PLONK, item) for item in PLONK_ITEMS),
    *((PLONK_BLS, item) for item in PLONK_ITEMS),
    *((FFLONK, item) for item in FFLONK_ITEMS),
]


@pytest.mark.parametrize(("system", "item"), LEFT_OUT, ids=str)
def test_a_prover_that_leaves_an_item_out_is_refused(system: System, item: str) -> None:
    public, proof = system.prove(leave_out=item)
    assert not system.module.verify(system.statement()[0], public, proof)


@EACH_SYSTEM
def test_the_same_prover_with_every_item_is_accepted(system: System) -> None:
    """So that the test before shows what it says; an item of another name changes nothing."""
    public, proof = system.prove(leave_out="nothing")
    assert system.module.verify(system.statement()[0], public, proof)


@EACH_SYSTEM
def test_every_item_is_left_out_once(system: System) -> None:
    """Every part that the table names, and the challenges that a later one absorbs; u is below."""
    plonk = system.name == "plonk"
    names = KEY_POINTS | PROOF_POINTS | PROOF_SCALARS if plonk else {"C0": "c_0"} | FFLONK_POINTS
    found = [names.get(item, item) for other, item in LEFT_OUT if other is system]
    chained = ("beta", "beta_again", "gamma", "alpha", "zeta") if plonk else FFLONK_ORDER[:-1]
    absorbed = [part for part, first in first_challenges(system).items() if first not in ("", "u")]
    assert sorted(found) == sorted([*absorbed, *chained])


@pytest.mark.parametrize("kept", [[], ["w_zeta"], ["w_zeta_omega"]], ids=str)
@pytest.mark.parametrize("system", [PLONK, PLONK_BLS], ids=str)
def test_errors_of_both_openings_that_cancel_for_one_u(
    system: System, kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F2: where u leaves an opening out, that one is chosen after u (here: and with tau), so that the errors cancel."""

    def weak(vk: Any, public: list[int], proof: Any) -> Any:
        transcript = Transcript(vk.curve)
        for name in kept:
            transcript.absorb_points(getattr(proof, name))
        return replace(plonk_challenges(vk, public, proof), u=transcript.challenge())

    vk, public, proof = system.statement()
    rows = Rows(system.curve)
    first, last = ("w_zeta", "w_zeta_omega") if kept != ["w_zeta_omega"] else (*kept, "w_zeta")
    error = 12345
    forged = replace(proof, **{first: getattr(proof, first) + rows.point(error)})
    found = weak(vk, public.to_ints(), forged)
    weights = {"w_zeta": TAU - found.zeta, "w_zeta_omega": found.u * (TAU - found.zeta * rows.w)}
    back = -error * weights[first] * pow(weights[last], -1, rows.p)
    forged = replace(forged, **{last: getattr(proof, last) + rows.point(back)})
    assert not system.module.verify(vk, public, forged)
    monkeypatch.setattr("zkctl.plonk.verify.challenges", weak)
    assert system.module.verify(vk, public, forged)
