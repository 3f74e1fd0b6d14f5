"""Design tokens by meaning."""
