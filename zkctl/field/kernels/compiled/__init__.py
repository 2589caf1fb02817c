"""Compiled kernels behind numpy arrays."""
