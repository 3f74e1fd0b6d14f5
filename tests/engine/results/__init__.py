"""Results over time and over packets."""
