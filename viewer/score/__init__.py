"""Presentation time to moments."""
