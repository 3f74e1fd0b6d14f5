"""Fonts, tokens and sample captures."""
