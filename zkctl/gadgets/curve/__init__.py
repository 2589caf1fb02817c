"""Elliptic curves inside circuits."""
