"""Phase 2, the key of one circuit: contributions, verification, circuit hash."""
