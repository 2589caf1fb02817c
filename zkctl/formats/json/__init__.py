"""JSON files of snarkjs and other tools, read by one strict parser."""
