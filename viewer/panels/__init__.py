"""The side dock."""
