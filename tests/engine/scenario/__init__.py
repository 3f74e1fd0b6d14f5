"""Tests of the scene file and what is written in it."""
