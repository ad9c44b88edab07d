"""Model: two small encoders that read English, and how they are loaded. Training is in `training/`."""
