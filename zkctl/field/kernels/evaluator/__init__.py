"""The compiled evaluator of witness programs: rows of sparse products, one after the other, in scalar code."""
