"""Kernels of groups and pairings, built from the field's kernels."""
