"""Removal of linear constraints from a circuit: fewer rows and wires, the same public signals and solutions.

The order of every step is fixed (decision 0019), so that equal constraints become equal rows.
"""
