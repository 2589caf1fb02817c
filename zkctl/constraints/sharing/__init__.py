"""Sums that several constraints use become wires: each is then added up once, where a row of the proof system is an addition."""
