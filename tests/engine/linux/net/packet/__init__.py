"""Tests of net/packet."""
