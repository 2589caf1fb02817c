"""Load on a running service: an open loop of requests, their latencies, and service level objectives."""
