"""Binary containers of circom, snarkjs and bellman, and the witness program."""
