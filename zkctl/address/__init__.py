"""The address protocol outside circuits: PIDs, texts, hashes, trees, records, statements and the verifier's duties.

Plain integers and arrays, no files; may import the gadgets' parameters, the signatures of ceremony, field and runtime.
"""
