"""net/packet/: sockets that see frames as the driver delivered them."""
