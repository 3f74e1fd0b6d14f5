"""What happened: steps, deltas, cursor, queries."""
