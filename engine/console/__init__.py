"""The simulated host's shell: the text of its files and tools at a moment, and the commands that change it."""
