"""The scenario editor: the scene's text with help in place, and the same text as a form."""
