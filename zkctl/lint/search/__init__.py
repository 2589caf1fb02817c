"""Search for counterexamples: two satisfying assignments that agree on the inputs and differ in an output.

May import what `zkctl.lint` may.  The search is deterministic: its guesses come from a counter, its limits are counts of steps.
"""
