"""The simulated kernel, laid out like its source tree."""
