"""Why: chains of causes whose durations add up."""
