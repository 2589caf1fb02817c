"""Numbers of known width: their bits, shifts, bitwise logic, and words."""
