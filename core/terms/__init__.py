"""Terms: the guarded names, the index that finds them and the store that keeps them."""
