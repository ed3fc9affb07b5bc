"""What the author of a plugin or a store tests it with; nothing of tierkit imports it."""
