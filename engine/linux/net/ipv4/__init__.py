"""net/ipv4/: IP and UDP."""
