"""Removal of linear constraints from a circuit: fewer rows and wires, the same public signals and solutions.

The order of every step is that of circom 2.2, so that equal constraints become equal rows at the levels O1 and O2.
"""
