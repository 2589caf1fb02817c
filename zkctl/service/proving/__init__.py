"""The proving and verifying service."""
