"""docs/reference/service-api.md is the OpenAPI document of this version."""

from __future__ import annotations

import pytest

pytest.importorskip("fastapi")

from tests.support.service_reference import PAGE, documents, reference


def test_the_page_is_up_to_date() -> None:
    """Write it again with `python -m tests.support.service_reference`."""
    assert PAGE.read_text() == reference()


def test_every_operation_has_a_summary_and_its_problems() -> None:
    for document in documents():
        for methods in document["paths"].values():
            for each in methods.values():
                assert each["summary"]
                assert {"400", "500", "503"} <= set(each["responses"])
