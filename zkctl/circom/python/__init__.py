"""Templates of circom in circuits written in Python: of the circom language the only part that knows the other one."""
