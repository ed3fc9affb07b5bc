"""What another version would change for real customers: who moves, what it costs, how the shares shift."""
