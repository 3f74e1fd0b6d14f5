"""The commands that change something, parsed into settings."""
