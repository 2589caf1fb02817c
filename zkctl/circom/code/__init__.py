"""The run-time code of circom: `<--`, asserts and logs, recorded while an instance is executed, as data for the witness program."""
