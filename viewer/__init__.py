"""The Qt half: everything seen is a function of the timeline and a moment."""
