"""Bytes and JSON on disk, to and from our data, in the layouts of circom and snarkjs."""
