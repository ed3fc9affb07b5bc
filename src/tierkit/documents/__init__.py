"""Rule files as text: strict YAML to located values, to entries, to condition syntax."""
