"""Where a rule set runs: a backend gives the answers of the reference interpreter, or refuses to compile."""
