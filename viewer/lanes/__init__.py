"""The per-CPU timeline."""
