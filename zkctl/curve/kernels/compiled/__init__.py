"""Compiled group and pairing kernels behind numpy arrays."""
