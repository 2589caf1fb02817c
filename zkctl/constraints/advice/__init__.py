"""Advice programs: the prover's own computations between constraints, as data of a small machine over integers."""
