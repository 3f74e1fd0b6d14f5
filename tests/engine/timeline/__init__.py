"""Tests of what is written, read and asked of a timeline."""
