"""The proving and verifying service: an HTTP API, a queue in a database, and worker processes.

It may import `toolchain` and everything below, and has no mathematics.  Nothing here names a circuit: circuits are data.
"""
