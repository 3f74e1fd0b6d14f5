"""lib/: algorithms that drivers share."""
