"""Tests of the design tokens."""
