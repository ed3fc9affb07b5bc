"""`python -m tierkit` is the command `tierkit`."""

import sys

from tierkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
