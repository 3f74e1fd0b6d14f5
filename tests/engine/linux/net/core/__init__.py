"""Tests of net/core."""
