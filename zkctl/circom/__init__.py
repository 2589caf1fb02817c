"""The circom language: sources to constraints, names and a witness program, with the bytes that circom writes."""
