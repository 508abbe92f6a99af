"""What `minsheng train` fits: one module a model."""
