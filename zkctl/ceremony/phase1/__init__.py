"""Phase 1, the powers of tau: contributions, verification, first challenges."""
