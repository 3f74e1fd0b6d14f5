"""net/core/dev.c, in pieces: rx, napi, rps."""
