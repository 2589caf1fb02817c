"""The command line: what a person or a script talks to; no mathematics."""
