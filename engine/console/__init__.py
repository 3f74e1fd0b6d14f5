"""The tools and files that an administrator reads and writes."""
