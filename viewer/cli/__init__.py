"""The door: the command line, a file a command.

The only part of the viewer that reaches both the window and the simulation. Commands are imported when they are
called, and bring in Qt only where something is drawn.
"""

from viewer.cli.door import main

__all__ = ["main"]
