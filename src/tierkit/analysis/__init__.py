"""What can be known of a rule set before it counts: proofs, changes, coverage, impact."""
