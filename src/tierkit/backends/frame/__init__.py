"""Rule sets decided over data frames, by Polars; the one package that touches it.

Import it where it is used: it needs the extra `tierkit[polars]`.
"""

from tierkit.backends.frame.compiled import Compiled
from tierkit.backends.frame.decoding import Head
from tierkit.backends.frame.expressions import NotInFramesError
from tierkit.backends.frame.joining import FAILED, check_keys, column_of, joined
from tierkit.backends.frame.lines import Lines, has_plain_keys
from tierkit.backends.frame.of_rows import Rows
from tierkit.backends.frame.of_sql import Told, check_columns, confined_columns, numbered
from tierkit.backends.frame.records import record_by_record
from tierkit.backends.frame.sources import (
    Source,
    family_of,
    open_source,
    reader_of,
    rows_source,
    told,
    written,
)
from tierkit.backends.frame.texts import ABSENT, Reading

__all__ = [
    "ABSENT",
    "FAILED",
    "Compiled",
    "Head",
    "Lines",
    "NotInFramesError",
    "Reading",
    "Rows",
    "Source",
    "Told",
    "check_columns",
    "check_keys",
    "column_of",
    "confined_columns",
    "family_of",
    "has_plain_keys",
    "joined",
    "numbered",
    "open_source",
    "reader_of",
    "record_by_record",
    "rows_source",
    "told",
    "written",
]
