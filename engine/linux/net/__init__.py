"""net/: the network stack."""
