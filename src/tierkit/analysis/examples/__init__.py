"""The examples of a rule file: what they show, and which ones are worth adding."""
