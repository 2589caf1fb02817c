"""The proving and verifying service; may import the toolchain and everything below it."""
