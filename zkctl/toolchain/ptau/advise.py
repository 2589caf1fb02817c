"""The powers of tau that a circuit needs, for each proof system: `zkctl ptau advise`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zkctl.constraints.plonk.count import count_fflonk_rows, count_plonk_rows
from zkctl.constraints.r1cs import R1CS, custom_gates_refused, no_knowledge
from zkctl.errors import UsageError
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.groth16.qap import log_domain_size
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.toolchain.ptau.catalogue import published_file

_MIN_LOG_DOMAIN = 3  # log2 of the smallest domain of plonk and fflonk
_FFLONK_BLINDING_ROWS = 2


@record
class Need:
    """The need of one proof system.  n_additions: rows that only add up sums; n_points: powers of tau in G1."""

    protocol: str
    n_rows: int
    n_additions: int
    domain_size: int
    n_points: int
    power: int
    file: str
    n_bytes: int


@record
class Impossible:
    """A proof system whose setup refuses the circuit, and why."""

    protocol: str
    reason: str


@record
class AdviseSummary:
    """The needs of a circuit, and the proof systems that cannot prove it."""

    r1cs: str
    curve: str
    n_constraints: int
    n_public: int
    needs: list[Need]
    impossible: list[Impossible]
    warnings: list[str]


def advise_ptau(r1cs: Path, *, progress: Progress = silent) -> AdviseSummary:
    """Return the smallest power of tau for the circuit.  Raises: as `read_r1cs`."""
    progress("reading the circuit", None)
    circuit = read_r1cs(r1cs)
    is_bn254 = circuit.field.name.startswith("bn254")
    progress("counting rows", None)
    needs = [groth16_need(circuit), plonk_need(circuit)]
    warnings = []
    if is_bn254:
        needs.append(fflonk_need(circuit))
    else:
        warnings.append("fflonk exists over bn254 only; no public powers of tau for this curve")
        needs = [_unpublished(need) for need in needs]
    warnings += _warnings_for_additions(needs[1])
    reason = _reason_against(circuit)
    curve = circuit.field.name.partition(".")[0]
    return AdviseSummary(
        str(r1cs),
        curve,
        circuit.n_constraints,
        circuit.n_public,
        needs=[] if reason else needs,
        impossible=[Impossible(need.protocol, reason) for need in needs] if reason else [],
        warnings=warnings,
    )


def _warnings_for_additions(plonk: Need) -> list[str]:
    """Return a warning if most rows of PLONK add up sums."""
    if 2 * plonk.n_additions <= plonk.n_rows:
        return []
    return [
        f"{plonk.n_additions} of {plonk.n_rows} rows of plonk only add up sums: compile a circuit in Python with `fewest_rows_of`,"
        " one in circom at level O1"
    ]


def _reason_against(circuit: R1CS) -> str:
    """Return why a setup refuses a circuit, in its words; "" if it does not."""
    refusal = custom_gates_refused() if circuit.has_custom_gates else no_knowledge(circuit)
    return refusal.message if refusal else ""


def groth16_need(circuit: R1CS) -> Need:
    """Return the need with N > constraints + public signals; the Lagrange form of 2N comes with the power of N."""
    power = log_domain_size(circuit.n_constraints, circuit.n_public)
    n_rows = circuit.n_constraints + circuit.n_public + 1
    return _need("groth16", n_rows, 0, 1 << power, (2 << power) - 1)


def plonk_need(circuit: R1CS) -> Need:
    """Return the need with N >= rows, at least 8; the key has N + 6 powers."""
    n_rows = count_plonk_rows(circuit)
    domain_size = 1 << max(_MIN_LOG_DOMAIN, (n_rows - 1).bit_length())
    n_additions = n_rows - circuit.n_constraints - circuit.n_public
    return _need("plonk", n_rows, n_additions, domain_size, domain_size + 6)


def fflonk_need(circuit: R1CS) -> Need:
    """Return the need with N >= rows + 2, at least 8; the key has 9 N + 18 powers."""
    n_rows = count_fflonk_rows(circuit) + _FFLONK_BLINDING_ROWS
    n_additions = n_rows - circuit.n_constraints - circuit.n_public - _FFLONK_BLINDING_ROWS
    domain_size = 1 << max(_MIN_LOG_DOMAIN, (n_rows - 1).bit_length())
    return _need("fflonk", n_rows, n_additions, domain_size, 9 * domain_size + 18)


def _need(protocol: str, n_rows: int, n_additions: int, domain_size: int, n_points: int) -> Need:
    """Return the need with the smallest p with 2^p >= N and 2^(p + 1) - 1 >= n_points."""
    power = max(domain_size.bit_length() - 1, n_points.bit_length() - 1)
    try:
        file = published_file(power)
    except UsageError:  # larger than any ceremony
        return Need(protocol, n_rows, n_additions, domain_size, n_points, power, "", 0)
    return Need(
        protocol, n_rows, n_additions, domain_size, n_points, power, file.name, file.n_bytes
    )


def _unpublished(need: Need) -> Need:
    return replace(need, file="", n_bytes=0)
