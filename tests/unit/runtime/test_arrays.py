"""The module of arrays is imported when it is first used, and not before."""

from __future__ import annotations

import subprocess
import sys

import numpy

from zkctl.runtime.arrays import np

PROBE = """
import sys
from zkctl.runtime.arrays import np
before = "numpy" in sys.modules
zeros = np.zeros
print(before, "numpy" in sys.modules, zeros is sys.modules["numpy"].zeros, zeros is np.zeros)
"""


def test_numpy_is_imported_when_it_is_first_used() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True", "True"]


def test_its_names_are_those_of_numpy() -> None:
    assert np.uint64 is numpy.uint64 and np.ndarray is numpy.ndarray
