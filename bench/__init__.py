"""Bench: how fast names are found beside other engines, and the slow oracle that answers are compared with."""
