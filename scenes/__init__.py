"""The scenarios that answer the lessons, a file each."""
