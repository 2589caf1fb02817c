"""The commands: one module per topic, one folder for each of the groups `ptau` and `ceremony`."""
