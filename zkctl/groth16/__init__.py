"""Groth16 (Groth 2016, "On the Size of Pairing-based Non-interactive Arguments")."""
