"""What `skbscope bench` measures, a file for each kind of figure.

Times are processor time of this process, medians of rounds in which the measured things take turns, so that a busy
machine disturbs all alike. Ratios say more than figures.
"""
