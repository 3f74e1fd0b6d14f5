"""The structures that several kernel files share, as recorded records."""
