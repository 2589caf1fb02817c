"""The proving and verifying service over HTTP."""
