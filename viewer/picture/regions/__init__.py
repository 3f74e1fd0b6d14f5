"""The parts of the Explore canvas, a file each: values in, a layer out.

Each file has a frozen dataclass of the values that its part shows and a memoised function from values and
geometry to a layer. No part reads the timeline; ``viewer.picture.reading`` does.
"""
