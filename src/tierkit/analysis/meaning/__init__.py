"""What another version changes in meaning: for whom, proved or shown."""
