"""DuckDB inside the process, for raw rows that lie in no database; the one package that touches it.

Import it where it is used: it needs the extra `tierkit[duckdb]`.
"""

from tierkit.backends.duck.outcomes import Customers, decided, written
from tierkit.backends.duck.places import Place, opened
from tierkit.backends.duck.rows import Aggregated, Raw, aggregated, everybody, put

__all__ = [
    "Aggregated", "Customers", "Place", "Raw",
    "aggregated", "decided", "everybody", "opened", "put", "written",
]  # fmt: skip
