"""What a compiled circuit is: constraint systems, witness programs, and how to evaluate them."""
