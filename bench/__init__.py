"""Benchmarks: run by `make bench`, never in the tests."""
