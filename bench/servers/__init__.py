"""Real servers for tests and benchmarks, on loopback, gone when their context ends."""
