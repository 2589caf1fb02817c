"""zkctl: zero-knowledge proofs from circuit to verified proof, file-compatible with circom and snarkjs."""

__version__ = "0.1.0"
