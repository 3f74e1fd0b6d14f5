"""Tests of the packaged scenes."""
