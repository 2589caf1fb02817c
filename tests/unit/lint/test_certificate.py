import sys

import pytest

from tests.support.lint_rows import system_of
from zkctl.errors import CheckFailed, InputError
from zkctl.lint.certificate import proved_outputs, read_certificate, terms, write_certificate


def test_steps_survive_their_text() -> None:
    steps = [["solve", 3], ["digits", 4, 2**253], ["zero_or_not", [[1, 1]], [["solve", 0]], []]]
    assert read_certificate(write_certificate(steps)) == steps


@pytest.mark.parametrize("text", ["", "[[1]", "[" * 900])
def test_a_text_that_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="the certificate is not JSON"):
        read_certificate(text)


@pytest.mark.parametrize("limit", [1000, 100_000])  # packages raise it
def test_deep_lists_are_refused(limit: int) -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    try:
        with pytest.raises(InputError, match="the certificate has lists in more than 900 lists"):
            read_certificate("[" * 100_000)
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("text", ["{}", "[1]", "[[]]", "[[1]]"])
def test_a_text_that_is_no_list_of_steps_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="the certificate is not a list of steps: expected lists"):
        read_certificate(text)


def test_forms_stand_by_wire() -> None:
    assert terms({5: 1, 0: 3}) == [[0, 3], [5, 1]]


@pytest.mark.parametrize("name", ["zero\nerror: PROVED", "a" * 1000, "\x1b[31m", "\ud800", ""])
def test_a_name_that_is_no_word_is_not_repeated(name: str) -> None:
    with pytest.raises(CheckFailed) as problem:
        proved_outputs(system_of([], [1], [2]), [[name, 1]])
    assert problem.value.where == "step 0 (unknown) of the certificate"
