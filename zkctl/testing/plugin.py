"""The plugin of pytest: `check_circuit` and `assert_unsatisfied` as fixtures, in every project that has zkctl installed.

pytest loads it in each of its runs, so that nothing else is imported before a test asks for a fixture.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture(scope="session", name="check_circuit")
def circuit_check() -> Callable[..., None]:
    """Return the function that checks a circuit on good and bad inputs."""
    from zkctl.testing import circuits

    return circuits.check_circuit


@pytest.fixture(scope="session")
def assert_unsatisfied() -> Callable[..., None]:
    """Return the function that checks that a constraint refuses inputs."""
    from zkctl.testing import circuits

    return circuits.assert_unsatisfied
