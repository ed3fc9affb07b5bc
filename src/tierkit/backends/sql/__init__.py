"""Rule sets as one SQL statement per dialect; the only package that touches sqlglot.

sqlglot prints trees that are built here node by node. Its parser, its optimizer and its translation between
dialects are never used: what differs between dialects stands in the table of `dialects`.
"""
