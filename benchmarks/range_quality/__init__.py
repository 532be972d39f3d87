"""How good are the rates that range tests suggest? The parts of `benchmarks/range_test.py`."""
