"""The circuit library: gadgets with their assumptions, guarantees and costs in their docstrings."""
