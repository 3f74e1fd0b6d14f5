"""net/core/: what all protocols share."""
