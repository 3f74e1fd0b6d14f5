"""Tests of the traces: what this program writes is what a real kernel's tracer printed."""
