"""The parameters of a contribution and of a beacon, as one value each."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.beacon import beacon_origin, check_beacon_options
from zkctl.ceremony.contribution import Origin
from zkctl.ceremony.knowledge import parse_name
from zkctl.runtime.records import record


@record(repr=False)
class ContributionRequest:
    """A contributor's parameters; `entropy` is secret, so no text shows it.

    `receipt` is the path to write it to, if not the default of the action.
    """

    name: str
    entropy: str = ""
    signing_key: Path | None = None
    receipt: Path | None = None


@record
class BeaconRequest:
    """The parameters of a beacon: its hexadecimal digits, or a drand round and its signature.

    `iterations` is an exponent of two.  Raises: UsageError for a beacon that is ambiguous or incomplete.
    """

    beacon_hex: str = ""
    drand_round: int = 0
    drand_signature: str = ""
    iterations: int = 10
    name: str = ""

    def __post_init__(self) -> None:
        check_beacon_options(self.beacon_hex, self.drand_round, self.drand_signature)

    def origin(self) -> Origin:
        """Return the origin that the contribution records; the signature of a drand round is verified.

        Raises: UsageError, EncodingError, CheckFailed for another signature than the round's.
        """
        name = parse_name(self.name)
        if not self.drand_round:
            return beacon_origin(self.beacon_hex, self.iterations, name)
        from zkctl.ceremony.drand import QUICKNET, parse_signature, randomness

        value = randomness(self.drand_round, parse_signature(self.drand_signature))
        label = parse_name(name or f"{QUICKNET} round {self.drand_round}")
        return beacon_origin(value.hex(), self.iterations, label)
