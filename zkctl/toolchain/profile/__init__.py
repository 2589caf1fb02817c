"""Where the constraints of a circuit come from: `zkctl profile`."""
