"""The text that /proc, /sys and the tools print at a moment."""
