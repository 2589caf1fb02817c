"""The demo: a circuit, keys and a holder that this machine makes, so that the service answers on a clean machine."""
