"""Number-theoretic transforms, digit by digit of the index: the kernel of one pass over memory, and the words of its job."""
