"""Sums of points: multi-scalar multiplication, scaling, combinations and tables."""
