"""`make bench`: every measurement, interleaved with a peer in one run, written to docs/benchmarks.md."""
