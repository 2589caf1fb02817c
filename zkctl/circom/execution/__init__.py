"""Executes circom programs: one run per instance of a template."""
