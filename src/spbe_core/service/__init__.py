"""Use-cases: the only place where rules and record meet. Each takes the ports and plain values."""
