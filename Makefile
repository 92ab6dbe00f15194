PYTHON ?= .venv/bin/python

.PHONY: check format test bench samples bundle

check:  ## what CI runs
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest

format:
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

test:
	$(PYTHON) -m pytest

bench:  ## long; never part of the tests
	$(PYTHON) -m bench
	$(PYTHON) -m bench.http
	$(PYTHON) -m bench.http --desk
	$(PYTHON) -m bench.http --requests 20 --each 100
	$(PYTHON) -m bench.http --requests 20 --each 100 --desk
	$(PYTHON) -m bench.desk

samples:  ## data/samples from the simulated world and the stories
	$(PYTHON) scripts/build_samples.py
	$(PYTHON) -m scripts.personas
	$(PYTHON) -m scripts.published

bundle:  ## retrain the shipped bundle; the same seed gives the same bytes
	$(PYTHON) scripts/build_bundle.py
