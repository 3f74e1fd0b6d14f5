"""The applications that read and send."""
