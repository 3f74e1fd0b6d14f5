"""Scenes to start from; they are not among the packaged scenes."""
