"""What a circom .wasm may take, unless its user says otherwise."""

from __future__ import annotations

DEFAULT_SECONDS = 600
DEFAULT_MIB = 1024
