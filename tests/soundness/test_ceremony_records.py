"""Records that no hash binds: names, kinds and beacons of earlier contributions, sections of no format, costs."""

from __future__ import annotations

import shutil
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.ceremony_folders import PLAIN, begin, extend, rewrite_ledger
from tests.unit.ceremony.record.test_ed25519 import encoded, line
from zkctl.ceremony.beacon import check_cost
from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase1.contribute import contribute_phase1, new_powers
from zkctl.ceremony.phase1.verify import check_phase1
from zkctl.ceremony.phase2.verify import check_contributions, check_phase2
from zkctl.ceremony.record.contributions import check_continues, check_recorded
from zkctl.ceremony.record.ledger import REJECTED
from zkctl.curve import BN254
from zkctl.errors import CheckFailed, FormatError, IntegrityError, LimitError
from zkctl.formats.binary.zkey_groth16 import CONTRIBUTION_ORDER, read_zkey, write_zkey
from zkctl.formats.ceremony_files import Receipt
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.bellman import export_bellman, import_bellman
from zkctl.toolchain.ceremony.finalize import finalize_ceremony
from zkctl.toolchain.ceremony.folder import LEDGER, append, blank_entry, key_name, open_ceremony
from zkctl.toolchain.ceremony.folder_steps import contribute_in_folder, entry_of, init_ceremony
from zkctl.toolchain.ceremony.key import beacon_key, contribute_key, verify_key
from zkctl.toolchain.ceremony.offline import contribute_offline
from zkctl.toolchain.ceremony.receipts import make_receipt, save_receipt, verify_inclusion
from zkctl.toolchain.ceremony.requests import BeaconRequest, ContributionRequest
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.ptau.contribute import beacon_ptau, contribute_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau

BEACON = Origin(ContributorKind.BEACON, "carl", b"x" * 32, 32)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ceremony with one contribution, by carl."""
    folder = tmp_path_factory.mktemp("records")
    begin(folder, replace(PLAIN, minimum_players=1))
    contribute_in_folder(folder / "ceremony", ContributionRequest(name="carl"))
    return folder


@pytest.fixture
def opened(base: Path, tmp_path: Path) -> Path:
    shutil.copytree(base, tmp_path / "copy")
    return tmp_path / "copy" / "ceremony"


def rewritten(key: Path, k: int, origin: Origin) -> Path:
    """The key with another origin in a record; every hash stays the same."""
    stored = read_zkey(key)
    records = list(stored.contributions)
    records[k] = replace(records[k], origin=origin)
    made = key.with_name(f"rewritten-{key.name}")
    with made.open("wb") as stream:
        write_zkey(stream, replace(stored, contributions=records), order=CONTRIBUTION_ORDER)
    return made


def with_section(file: Path, n_bytes: int = 2000) -> Path:
    """The file with a section 4242 at its end."""
    raw = bytearray(file.read_bytes())
    raw[8:12] = (int.from_bytes(raw[8:12], "little") + 1).to_bytes(4, "little")
    made = file.with_name(f"longer-{file.name}")
    made.write_bytes(bytes(raw) + struct.pack("<IQ", 4242, n_bytes) + b"?" * n_bytes)
    return made


CHANGES = {
    "name": participant("eve!"),
    "no name": participant(""),
    "kind": replace(BEACON, iterations=10),
    "a costly beacon": BEACON,
    "an impossible beacon": replace(BEACON, iterations=63),
}


@pytest.mark.parametrize("origin", CHANGES.values(), ids=CHANGES)
def test_a_contribution_carries_the_records_of_its_parent(
    opened: Path, tmp_path: Path, origin: Any
) -> None:
    """The example of the attack and others of its kind; no costly beacon is computed."""
    honest = extend(opened / key_name(1), tmp_path / "new.zkey", "dora")
    changed = rewritten(honest, 0, origin)
    with pytest.raises(CheckFailed, match="the record of contribution 1 was changed"):
        accept_contribution(opened, changed)
    assert accept_contribution(opened, honest).n_contributions == 2


@pytest.mark.parametrize(
    "name", ["delta_after", "g1_s", "g1_sx", "g2_spx", "contribution_challenge"]
)
def test_each_part_of_a_record_is_compared(opened: Path, tmp_path: Path, name: str) -> None:
    honest = read_zkey(extend(opened / key_name(1), tmp_path / "new.zkey", "dora")).contributions
    check_continues(honest, honest)
    value = bytes(64) if name == "contribution_challenge" else getattr(honest[1], name)
    changed = replace(honest[0], **{name: value})
    with pytest.raises(
        CheckFailed, match=f"expected the {name.removeprefix('contribution_')} of the parent key"
    ):
        check_continues(honest[:1], [changed, honest[1]])
    with pytest.raises(CheckFailed, match="the key ends before its parent: expected 2"):
        check_continues(honest, honest[:1])


def published(folder: Path, key: Path, number: int, name: str = "") -> None:
    """Publish a key as if an older program had accepted it."""
    target = folder / key_name(number)
    shutil.copy(key, target)
    stored, ceremony = read_zkey(target), open_ceremony(folder)
    made = make_receipt(stored, target, ceremony.ceremony_id, stored.circuit_hash, None)
    append(ceremony, entry_of("contribution", target, replace(made, name=name or made.name)))


@pytest.mark.parametrize("remove_parent", [False, True])
def test_names_of_a_folder_come_from_its_ledger(
    opened: Path, tmp_path: Path, remove_parent: bool
) -> None:
    honest = extend(opened / key_name(1), tmp_path / "new.zkey", "dora")
    published(opened, rewritten(honest, 0, participant("eve!")), 2)
    if remove_parent:
        (opened / key_name(1)).unlink()
    message = "the name of contribution 1 differs from the ledger: expected 'carl', got 'eve!'"
    with pytest.raises(CheckFailed, match=message):
        verify_ceremony(opened)
    with pytest.raises(CheckFailed, match=message):
        finalize_ceremony(opened)
    with pytest.raises(CheckFailed, match=message):
        contribute_in_folder(opened, ContributionRequest(name="fred"))
    tip = opened / key_name(2)
    with pytest.raises(CheckFailed, match=message):
        contribute_offline(
            tip, tmp_path / "3.zkey", ContributionRequest(name="fred"), ledger=opened / LEDGER
        )
    files = opened / "circuit.r1cs", opened / "phase1.ptau"
    with pytest.raises(CheckFailed, match=message):
        verify_key(tip, *files, ledger=opened / LEDGER)
    with pytest.raises(CheckFailed, match=message):
        accept_contribution(opened, extend(tip, tmp_path / "3.zkey", "fred"))


def test_the_kind_in_the_ledger_counts(opened: Path, tmp_path: Path) -> None:
    """An earlier contribution that became a beacon, which a lying coordinator published."""
    honest = extend(opened / key_name(1), tmp_path / "new.zkey", "dora")
    published(opened, rewritten(honest, 0, BEACON), 2)
    with pytest.raises(CheckFailed, match="key and ledger differ in their beacons: contribution 1"):
        contribute_offline(
            opened / key_name(2),
            tmp_path / "3.zkey",
            ContributionRequest(name="f"),
            ledger=opened / LEDGER,
        )
    entries = open_ceremony(opened).ledger.accepted
    records = read_zkey(opened / key_name(2)).contributions
    as_beacon = [replace(entries[0], kind="beacon"), entries[1]]
    check_recorded(as_beacon, records, ["carl", "dora"])


def test_no_contribution_follows_a_beacon(opened: Path, tmp_path: Path) -> None:
    beacon = replace(BEACON, iterations=10)
    key = extend(opened / key_name(1), opened / key_name(2), "", origin=beacon)
    stored, ceremony = read_zkey(key), open_ceremony(opened)
    made = make_receipt(stored, key, ceremony.ceremony_id, stored.circuit_hash, None)
    append(ceremony, entry_of("beacon", key, made))
    with pytest.raises(CheckFailed, match="contribution 2 is a beacon: expected a contribution"):
        contribute_offline(
            key, tmp_path / "3.zkey", ContributionRequest(name="f"), ledger=opened / LEDGER
        )


def test_a_folder_goes_on_only_without_a_beacon(opened: Path, tmp_path: Path) -> None:
    """Key and ledger agree that an earlier step was a beacon, as a lying coordinator could write them."""
    honest = extend(opened / key_name(1), tmp_path / "new.zkey", "dora")
    published(opened, rewritten(honest, 0, replace(BEACON, iterations=10)), 2)
    rewrite_ledger(opened, 1, kind="beacon")
    with pytest.raises(CheckFailed, match="contribution 1 is a beacon: expected a contribution"):
        contribute_in_folder(opened, ContributionRequest(name="fred"))


def test_older_keys_of_a_folder_are_the_parents_of_the_newest(opened: Path, tmp_path: Path) -> None:
    honest = extend(opened / key_name(1), tmp_path / "new.zkey", "dora")
    accept_contribution(opened, honest)
    verify_ceremony(opened)
    last = read_zkey(opened / key_name(2)).contributions
    with pytest.raises(CheckFailed, match="the record of contribution 1 was changed"):
        check_continues([replace(last[0], origin=participant("x"))], last)


@pytest.mark.parametrize("field", ["name", "circuit_hash"])
def test_a_receipt_names_the_contributor_of_its_key(
    opened: Path, tmp_path: Path, field: str
) -> None:
    honest = extend(opened / key_name(1), tmp_path / "new.zkey", "dora")
    stored, ceremony = read_zkey(honest), open_ceremony(opened)
    made = make_receipt(stored, honest, ceremony.ceremony_id, stored.circuit_hash, None)
    save_receipt(replace(made, **{field: "other"}), tmp_path / "r.json")
    message = "the name or circuit in the receipt is not that of the key: expected 'dora'"
    with pytest.raises(CheckFailed, match=message):
        accept_contribution(opened, honest, receipt=tmp_path / "r.json")


@pytest.mark.parametrize("key", [line(encoded(1)), line(encoded(0)), line(encoded(2**255 - 20))])
def test_a_receipt_signed_by_a_key_of_small_order(opened: Path, tmp_path: Path, key: Any) -> None:
    honest = extend(opened / key_name(1), tmp_path / "new.zkey", "dora")
    stored, ceremony = read_zkey(honest), open_ceremony(opened)
    made: Receipt = make_receipt(stored, honest, ceremony.ceremony_id, stored.circuit_hash, None)
    signature = encoded(1).hex() + "0" * 64
    save_receipt(replace(made, public_key=key, signature=signature), tmp_path / "r.json")
    with pytest.raises(FormatError, match="the public key has small order"):
        accept_contribution(opened, honest, receipt=tmp_path / "r.json")
    save_receipt(replace(made, public_key=key), tmp_path / "s.json")
    with pytest.raises(CheckFailed, match="there is a public key without a signature"):
        accept_contribution(opened, honest, receipt=tmp_path / "s.json")


# -- costs


def test_the_cost_of_all_beacons_is_bounded_together() -> None:
    """A published phase 1 with one beacon of 2^31 stays verifiable."""
    check_cost([participant("a"), replace(BEACON, iterations=31)], ["#1", "#2"])
    check_cost([BEACON], ["#1"])
    with pytest.raises(LimitError, match=r"recomputing the beacons takes more than 2\^32 hashes"):
        check_cost([BEACON, replace(BEACON, iterations=10)], ["#1", "#2"])
    with pytest.raises(LimitError, match=r"recomputing the beacon takes 2.33 hashes"):
        check_cost([replace(BEACON, iterations=33)], ["#1"])


def test_costs_are_checked_before_they_are_paid(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def paid(*_arguments: object) -> None:
        raise AssertionError("hashing began")

    for module in ("phase1.verify", "phase2.verify"):
        monkeypatch.setattr(f"zkctl.ceremony.{module}.rng_of", paid)
        monkeypatch.setattr(f"zkctl.ceremony.{module}.check_members", paid)
    monkeypatch.setattr("zkctl.ceremony.phase1.verify.check_group_members", paid)
    powers, record = contribute_phase1(new_powers(BN254, 1), [], participant("a"))
    twice = [replace(record, origin=BEACON)] * 2
    with pytest.raises(LimitError, match="recomputing the beacons"):
        check_phase1(powers, twice)
    stored = read_zkey(opened / key_name(1))
    second = [replace(stored.contributions[0], origin=BEACON)] * 2
    with pytest.raises(LimitError, match="recomputing the beacons"):
        check_contributions(BN254, stored.circuit_hash, second)
    with pytest.raises(LimitError, match="recomputing the beacons"):
        check_phase2(stored.key, stored.circuit_hash, second, stored.key, powers)


def test_a_false_beacon_is_refused_before_it_is_computed(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proofs are cheaper than a beacon: a record with wrong ones costs no hashing."""
    calls: list[Origin] = []
    monkeypatch.setattr("zkctl.ceremony.phase2.verify.rng_of", calls.append)
    stored = read_zkey(opened / key_name(1))
    record = stored.contributions[0]
    bad = replace(record, origin=BEACON, delta_after=record.g1_s)
    with pytest.raises(CheckFailed):
        check_contributions(BN254, stored.circuit_hash, [bad])
    assert calls == []


# -- sections of no format


def test_accept_refuses_a_section_of_no_format(opened: Path, tmp_path: Path) -> None:
    honest = extend(opened / key_name(1), tmp_path / "new.zkey", "dora")
    with pytest.raises(FormatError, match="unknown section 4242, a zkey file has only"):
        accept_contribution(opened, with_section(honest))
    assert "unknown section 4242" in open_ceremony(opened).ledger.entries[-1].reason


@pytest.mark.parametrize("name", ["circuit.r1cs", "phase1.ptau"])
def test_a_ceremony_begins_without_such_sections(opened: Path, tmp_path: Path, name: str) -> None:
    files = {n: opened / n for n in ("circuit.r1cs", "phase1.ptau")}
    files[name] = with_section(files[name])
    with pytest.raises(FormatError, match="unknown section 4242, a"):
        init_ceremony(tmp_path / "new", *files.values(), rules=PLAIN)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["circuit.r1cs", "phase1.ptau", key_name(1)])
def test_finalize_refuses_such_sections(
    opened: Path, name: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (opened / name).write_bytes(with_section(opened / name).read_bytes())
    with pytest.raises(FormatError, match="unknown section 4242, a"):
        finalize_ceremony(opened)


def test_no_contribution_to_a_published_key_with_such_a_section(
    opened: Path, tmp_path: Path
) -> None:
    honest = extend(opened / key_name(1), tmp_path / "new.zkey", "dora")
    published(opened, with_section(honest), 2)
    with pytest.raises(FormatError, match="unknown section 4242, a zkey file has only"):
        contribute_offline(
            opened / key_name(2),
            tmp_path / "3.zkey",
            ContributionRequest(name="f"),
            ledger=opened / LEDGER,
        )


def test_warnings_name_the_section_and_its_size(opened: Path, tmp_path: Path) -> None:
    key, r1cs, ptau = (
        with_section(opened / name) for name in (key_name(1), "circuit.r1cs", "phase1.ptau")
    )
    told = verify_key(key, r1cs, ptau).warnings
    for file in (key, r1cs, ptau):
        assert any(w.startswith(f"{file}: unknown section 4242 ignored: 2000 bytes") for w in told)
    told = export_verification_key(key, output=tmp_path / "vk.json").warnings
    assert any("unknown section 4242 ignored: 2000 bytes" in w for w in told)
    told = make_key(r1cs, ptau, output=tmp_path / "0.zkey").warnings
    assert sum("unknown section 4242 ignored: 2000 bytes" in w for w in told) == 2


def test_integrity_of_the_parent_comes_first(opened: Path, tmp_path: Path) -> None:
    honest = extend(opened / key_name(1), tmp_path / "new.zkey", "dora")
    (opened / key_name(1)).write_bytes(honest.read_bytes())
    with pytest.raises(IntegrityError, match="the newest key is not the recorded one"):
        accept_contribution(opened, honest)


@pytest.mark.parametrize(
    "claim",
    [{"name": "ann"}, {"public_key": "x", "signature": "x"}, {"signature": "x"}, {"number": 2}, {"contribution": "0"}],
)  # fmt: skip
def test_a_refused_file_is_no_contribution(opened: Path, claim: dict[str, Any]) -> None:
    """Signatures of such lines are not verified, so they must have none."""
    ceremony = open_ceremony(opened)
    line = replace(blank_entry(REJECTED), key_digest="0" * 128, reason="wrong")
    append(ceremony, line)
    open_ceremony(opened)
    append(ceremony, replace(line, **claim))
    message = "the line of a refused file claims a contribution: expected its digest and the reason"
    with pytest.raises(CheckFailed, match=message):
        open_ceremony(opened)


def test_a_contributor_finds_a_changed_record(opened: Path, tmp_path: Path) -> None:
    """No hash covers name and kind of a record, so the receipt is compared with them."""
    key = opened / key_name(1)
    stored = read_zkey(key)
    made = make_receipt(stored, key, open_ceremony(opened).ceremony_id, stored.circuit_hash, None)
    save_receipt(made, tmp_path / "receipt")
    verify_inclusion(tmp_path / "receipt", key)
    message = "the name of contribution 1 in the key differs from the receipt: expected 'carl', got"
    with pytest.raises(CheckFailed, match=message):
        verify_inclusion(tmp_path / "receipt", rewritten(key, 0, participant("eve!")))
    (opened / "rewritten-0001.zkey").unlink()
    message = "the contribution is a beacon in the key: expected a contribution"
    with pytest.raises(CheckFailed, match=message):  # at once: 2^32 hashes are not computed
        verify_inclusion(tmp_path / "receipt", rewritten(key, 0, BEACON))


@pytest.mark.parametrize(
    "action", ["contribute", "beacon", "export", "import", "ptau", "ptau beacon", "prepare"]
)
def test_a_section_that_is_left_behind_is_named(base: Path, tmp_path: Path, action: str) -> None:
    """The new file is clean: without the warning nobody would look at the old one."""
    for source in (base / "ceremony" / "0000.zkey", base / "1.ptau"):
        shutil.copy(source, tmp_path / source.name)
    key, ptau = with_section(tmp_path / "0000.zkey"), with_section(tmp_path / "1.ptau")
    parameters, new = tmp_path / "0.mpc", tmp_path / "new"
    export_bellman(key, parameters)
    beacon = {"beacon_hex": "aa", "iterations": 10}
    done: Any = {
        "contribute": lambda: contribute_key(key, new, name="ann"),
        "beacon": lambda: beacon_key(key, new, BeaconRequest(**beacon)),
        "export": lambda: export_bellman(key, new),
        "import": lambda: import_bellman(key, parameters, new),
        "ptau": lambda: contribute_ptau(ptau, output=new, name="ann"),
        "ptau beacon": lambda: beacon_ptau(ptau, output=new, **beacon),
        "prepare": lambda: prepare_ptau(ptau, output=new),
    }[action]()
    text = "unknown section 4242 ignored: 2000 bytes that no part of the"
    assert [text in warning for warning in done.warnings].count(True) == 1
