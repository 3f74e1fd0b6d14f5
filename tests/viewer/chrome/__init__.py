"""Tests of the window's own parts."""
