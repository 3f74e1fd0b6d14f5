"""Tests of the simulated host's shell."""
