"""Training: rebuilds the two encoders from data and measures them. Never imported at run time."""
