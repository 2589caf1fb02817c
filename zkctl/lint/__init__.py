"""Analysis of compiled circuits: do two satisfying assignments that agree on the inputs agree on the outputs?

May import dsl, constraints, field, runtime and errors; knows no files, curves or proof systems.
In docs/design/decisions, 0040 defines the prover's steps, 0064 those of a certificate and why they are sound.
"""
