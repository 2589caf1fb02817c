"""Analysis of compiled circuits: do two satisfying assignments that agree on the inputs agree on the outputs?

May import dsl, constraints, field, runtime and errors; knows no files, curves or proof systems.
docs/design/decisions/0040-lint.md says what each step of a certificate means and why it is sound.
"""
