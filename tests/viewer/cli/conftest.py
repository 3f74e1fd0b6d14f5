"""Fixtures of the command line's tests."""

from tests.viewer.cli.scene import scene

__all__ = ["scene"]
