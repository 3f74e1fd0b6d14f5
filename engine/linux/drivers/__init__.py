"""drivers/net/ethernet: only what differs between them."""
