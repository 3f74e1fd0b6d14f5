"""compose() a display list, paint() it."""
