"""Elliptic curves."""
