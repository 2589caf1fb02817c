from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from tests.support.circuits import check_circuit
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.number.date import age_at_least, date_parts, enforce_date, to_date


@circuit
def parts(x: Signal = private()) -> Array[Uint]:
    year, month, day = date_parts(x)
    assert (year.bounds, month.bounds, day.bounds) == ((1, 9999), (1, 12), (1, 31))
    return Array([year, month, day])


@circuit
def born_before(born: Signal = private(), today: Signal = private()) -> Signal:
    dates = [to_date(born), to_date(today)]
    assert [date.maximum for date in dates] == [99991231] * 2
    return age_at_least(dates[0], dates[1], 1)


@circuit
def of_age(
    birthday: Uint = private(bits=27), today: Uint = private(bits=27), years: Uint = private(bits=7)
) -> Bit:
    return age_at_least(birthday, today, years)


def number(day: date) -> int:
    return 10000 * day.year + 100 * day.month + day.day


def is_date(x: int) -> bool:
    try:
        date(x // 10000, x // 100 % 100, x % 100)
    except ValueError:
        return False
    return True


LAST_OF_MONTHS = [100 * month + day for month in range(1, 13) for day in (28, 29, 30, 31)]


def test_the_ends_of_all_months() -> None:
    for year in (1, 4, 100, 400, 1900, 2000, 2023, 2024, 2100, 9999):
        for x in (10000 * year + rest for rest in LAST_OF_MONTHS):
            if is_date(x):
                assert date_parts(x) == (year, x // 100 % 100, x % 100)
            else:
                with pytest.raises(UnsatisfiedError, match="the month has no such day"):
                    enforce_date(x)


def test_random_numbers() -> None:
    rng = random.Random("dates")
    days = [date(1, 1, 1) + timedelta(rng.randrange(3652059)) for _ in range(40)]
    for day in days:
        assert date_parts(number(day)) == (day.year, day.month, day.day)
    for x in (rng.randrange(10**8) for _ in range(40)):
        if not is_date(x):
            with pytest.raises(UnsatisfiedError):
                enforce_date(x)


def test_in_every_way() -> None:
    good = [10101, 20240229, 20000229, 99991231, 19000228, 20260131, 40229]
    bad = [0, 1, 101, 1231, 20230229, 19000229, 20240230, 20240431, 20241301, 20240001, 20240100]
    bad += [20241232, 100000101, -1, -20240101, 2**200]
    check_circuit(parts, [{"x": x} for x in good], [{"x": x} for x in bad])


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (101, "the date is in the year 0"),
        (20240001, "the date has no month"),
        (20241301, "the date has no month"),
        (20240100, "the month has no such day"),
        (20230229, "the month has no such day"),
        (100000101, "the date has no year"),
    ],
)
def test_messages(x: int, message: str) -> None:
    with pytest.raises(UnsatisfiedError, match=message):
        enforce_date(x)


def test_ages() -> None:
    rng = random.Random("ages")
    for _ in range(60):
        born = date(1950, 1, 1) + timedelta(rng.randrange(20000))
        today = born + timedelta(rng.randrange(6400, 6700))
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        assert age_at_least(number(born), number(today), 18) == (age >= 18)


def test_dates_have_a_width() -> None:
    good = [{"born": 20240229, "today": 20250301}, {"born": 99991231, "today": 10101}]
    check_circuit(born_before, good, [{"born": 20240229, "today": 20250229}])


def test_born_on_29_february() -> None:
    assert [age_at_least(20080229, today, 18) for today in (20260228, 20260301)] == [0, 1]
    assert [age_at_least(20080229, today, 16) for today in (20240228, 20240229)] == [0, 1]


def test_ages_in_every_way() -> None:
    good = [
        {"birthday": 20080301, "today": today, "years": years}
        for today in (20260228, 20260301, 0)
        for years in (0, 18, 127)
    ]
    check_circuit(of_age, good, [{"birthday": 1 << 27, "today": 0, "years": 0}])


def test_small_fields_have_no_dates() -> None:
    with pytest.raises(
        CircuitError,
        match="dates do not fit in f31: expected a field of more than 199982462 elements",
    ) as caught:
        parts.over(SMALL_FIELDS[-1]).compile()
    assert caught.value.hint == "use bn254 or bls12_381"


@pytest.mark.parametrize("n_bits", [240, 251, 253])
def test_years_that_do_not_fit(n_bits: int) -> None:
    @circuit
    def old(years: Uint = private(bits=n_bits)) -> Bit:
        return age_at_least(20000101, 20240101, years)

    with pytest.raises(CircuitError) as caught:
        old.compile()
    expected = "the numbers of age_at_least are too wide: expected dates and 10000 * years of at most 252 bits, got up to "
    assert caught.value.message == f"{expected}{n_bits}"
    assert caught.value.hint == "to_date(x) proves a date, to_uint(years, 12) years enough for all of them"  # fmt: skip
