"""Readers of real kernels' traces, and writers for other tools."""
