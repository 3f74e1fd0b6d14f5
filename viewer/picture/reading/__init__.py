"""From the timeline to the values that the parts show, a file for each part.

Only here does the picture read a cursor. What is not known comes out as None and is written as a dash; nothing is
estimated.
"""
