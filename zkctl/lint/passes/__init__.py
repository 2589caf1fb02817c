"""The passes of lint, one in each file; its docstring has code and name, then the attack."""
