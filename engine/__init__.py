"""The headless half: a simulated Linux host, and the timeline that it writes."""
