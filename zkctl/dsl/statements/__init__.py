"""Statements about signals, which `constrain` enforces, and assumptions, which nothing enforces."""
