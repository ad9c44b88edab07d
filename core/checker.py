"""Checker: one draft in, one verdict out. `evaluate` is pure; `check` also keeps time and records."""
