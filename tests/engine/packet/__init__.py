"""Tests of regenerated and decoded frames."""
