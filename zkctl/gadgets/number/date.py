"""Dates of the Gregorian calendar as numbers YYYYMMDD: 20240229 is 29 February 2024."""

from __future__ import annotations

from typing import NamedTuple, cast

from zkctl.dsl import (
    Bit,
    Int,
    Signal,
    Uint,
    advice,
    bit,
    constrain,
    discard,
    dot,
    gadget,
    hint,
    hints,
)
from zkctl.dsl.decomposition import decompose
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven, wire
from zkctl.gadgets.compare import enforce_constant_range, enforce_range, is_zero
from zkctl.gadgets.number.one_hot import one_hot
from zkctl.gadgets.select import select

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST = 9999_12_31


class DateParts(NamedTuple):
    """Year, month and day, each as people write it: the first month is 1."""

    year: Uint
    month: Uint
    day: Uint


@gadget(stamped=True)
def date_parts(date: Signal) -> DateParts:
    """Return year, month and day of a date.

    Assumes:  nothing.
    Enforces: date is 10000 * year + 100 * month + day, and a day of the Gregorian calendar from 1 January of year 1 to 31 December
              9999.  The year is 400 a + 100 b + 4 c + d with a <= 24, b <= 3, c <= 24, d <= 3, the month is one of 1 .. 12, and what
              remains, the day, is at least 1 and at most the month's length; so no other parts spell the same number.
    Cost:     43 constraints.
    """
    if date.field.modulus <= 2 * _LAST:
        raise circuit_error(
            f"dates do not fit in {date.field.name}: expected a field of more than {2 * _LAST} elements",
            hint="use bn254 or bls12_381",
        )
    era, century, leap, rest, month_hint = _parts(date)
    enforce_constant_range(era, 0, 24, "the date has no year")
    enforce_constant_range(leap, 0, 24, "the date has no year")
    of_century = decompose(century, 2, "the date has no year")
    of_leap = decompose(rest, 2, "the date has no year")
    hundreds, years = 4 * era + century, 4 * leap + rest
    year = 100 * hundreds + years
    constrain(year * hint(hints.inverse_or_zero, year) == 1, "the date is in the year 0")

    months = one_hot(month_hint - 1, 12, "the date has no month").flat
    month = dot(range(1, 13), months)
    fourth, four_hundredth = (~low & ~high for low, high in (of_leap, of_century))
    is_leap = select(is_zero(years), four_hundredth, fourth)
    length = wire(dot(_LENGTHS, months) + months[1] * is_leap)
    day = date - 10000 * year - 100 * month
    first, last = date * 0 + 1, proven(length, (28, 31))
    enforce_range(day, cast(Uint, first), cast(Uint, last), "the month has no such day")
    return DateParts(
        cast(Uint, proven(year, (1, 9999))),
        cast(Uint, proven(month, (1, 12))),
        cast(Uint, proven(day, (1, 31))),
    )


@gadget
def to_date(date: Signal) -> Uint:
    """Return a number that is proven to be a date YYYYMMDD, and with it to be at most 99991231.

    Assumes:  nothing.
    Enforces: as date_parts.
    Cost:     43 constraints.
    """
    year, month, day = date_parts(date)
    return cast(Uint, 10000 * year + 100 * month + day)


@gadget
def enforce_date(date: Signal) -> None:
    """Enforce that a number is a date YYYYMMDD.

    Assumes:  nothing.
    Enforces: as date_parts.
    Cost:     43 constraints.
    """
    discard(date_parts(date))


@gadget
def age_at_least(birthday: Uint, today: Uint, years: Uint) -> Bit:
    """Return 1 if a person born on one date is `years` years old on another, else 0.

    A person born on 29 February is a year older on 1 March in years without that day.

    Assumes:  both are dates YYYYMMDD, as to_date proves; other numbers are compared as they are.
    Enforces: the returned bit is [birthday + 10000 * years <= today] of the integers.
    Cost:     n + 1 constraints, n being the bits of the larger side: 29 for dates of 27 bits and fewer than 4000 years.
    """
    limit = birthday.field.n_bits - 2
    older = birthday + 10000 * years
    if not isinstance(older, Uint) or max(older.n_bits, today.n_bits) > limit:
        found = max(birthday.n_bits, years.n_bits, today.n_bits)
        raise circuit_error(
            f"the numbers of age_at_least are too wide: expected dates and 10000 * years of at most {limit} bits, got up to {found}",
            hint="to_date(x) proves a date, to_uint(years, 12) years enough for all of them",
        )
    return bit(older <= today)


@advice
def _parts(date: Int) -> tuple[Int, Int, Int, Int, Int]:
    """Return the parts of the year in 400s, 100s, 4s and 1s, and the month."""
    year = date // 10000
    return year // 400, year // 100 % 4, year % 100 // 4, year % 4, date // 100 % 100
