"""One record at a time: a bit-vector index instead of one test per rule."""

from tierkit.backends.python.compiled import Compiled, Refused

__all__ = ["Compiled", "Refused"]
