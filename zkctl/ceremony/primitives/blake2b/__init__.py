"""BLAKE2b with a state that can be saved and resumed."""
