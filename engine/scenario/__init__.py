"""The scene file: schema, loading, saving, variants, expressions."""
