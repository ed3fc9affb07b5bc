"""Rule sets decided over data frames, by Polars; the one package that touches it.

Import it where it is used: it needs the extra `tierkit[polars]`.
"""

from tierkit.backends.frame.compiled import Compiled
from tierkit.backends.frame.decoding import Head
from tierkit.backends.frame.expressions import NotInFramesError
from tierkit.backends.frame.records import record_by_record
from tierkit.backends.frame.sources import Source, open_source

__all__ = ["Compiled", "Head", "NotInFramesError", "Source", "open_source", "record_by_record"]
