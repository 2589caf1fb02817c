"""Actions on keys and proofs: setup, prove, verify, export."""
