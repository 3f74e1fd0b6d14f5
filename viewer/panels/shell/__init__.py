"""The shell: the simulated host's commands at the moment that is looked at."""

from viewer.panels.shell.panel import Shell

__all__ = ["Shell"]
