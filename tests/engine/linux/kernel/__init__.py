"""Tests of the kernel files of this folder."""
