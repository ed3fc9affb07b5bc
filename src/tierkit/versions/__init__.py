"""Versions: what was published, what is active, and every change of it, in a store that survives."""
