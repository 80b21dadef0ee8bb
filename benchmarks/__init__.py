"""Speed and memory of this project beside its peers: `python -m benchmarks --help`."""
