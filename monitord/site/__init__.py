"""The site file: models, loader with line numbers, lint, schema, compiled site."""
