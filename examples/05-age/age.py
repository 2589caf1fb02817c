"""Age: prove that the holder of a commitment is old enough on a day, without showing the date of birth.

The commitment is Poseidon(born, salt).  Dates are numbers: 19900415 is the 15th of April 1990.  The salt, a random field element that
the holder keeps, prevents that the few possible dates are tried one by one.

Public signals, in order: commitment, today.
"""

from __future__ import annotations

from zkctl.dsl import Signal, circuit, constrain, private, public
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.number.date import age_at_least, to_date


@circuit
def age(
    commitment: Signal = public(),
    today: Signal = public(),
    born: Signal = private(),
    salt: Signal = private(),
    *,
    years: int = 18,
) -> None:
    """Born so many years before `today` or earlier, on the day in the commitment."""
    constrain(poseidon(born, salt) == commitment, "the commitment is to another date")
    constrain(age_at_least(to_date(born), to_date(today), years), "too young")
