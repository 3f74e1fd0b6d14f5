"""Tests of the simulated kernel."""
