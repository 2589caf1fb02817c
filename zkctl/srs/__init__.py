"""The structured reference string of phase 1 as plain data."""
