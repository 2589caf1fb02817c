from tests.support.lint_rows import equal, system_of


def test_wires_and_rows_without_names_have_numbers() -> None:
    system = system_of([equal({2: 1}, {1: 1})], [1], [2])
    assert system.names(2) == "wire 2"
    assert system.places(0) == ""
    assert not system.given
