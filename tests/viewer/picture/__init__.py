"""Tests of composing and painting."""
