"""fs/: eventpoll and select."""
