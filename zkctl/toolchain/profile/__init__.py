"""The origin of the constraints of a circuit: `zkctl profile`."""
