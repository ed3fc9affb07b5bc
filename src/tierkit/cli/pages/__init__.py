"""Pages for people: self-contained HTML files, rendered from templates that lie beside the code."""
