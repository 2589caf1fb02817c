"""The provider's, the holder's and the verifier's actions of the address protocol; may import everything below the command line."""
