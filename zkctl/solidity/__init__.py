"""Verifier contracts in Solidity, one template per proof system."""
