# `make` alone lists the targets. Everything runs in .venv, set up from the hashed lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test test-slow check lock clean real-input torture bench-search bench-poll bench-extract bench-relevance fit-rules

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.runtime ## the main job over recorded outlets: no network, no configuration
	@$(BIN)/python -m monitor demo

# Two processes for two cores. `loadfile` keeps the tests of a file in one process, so that a fixture that plays an act or
# starts a database is set up once.
test: $(VENV)/.dev ## all tests but the long ones
	$(BIN)/python -m pytest -q -m "not slow" -n $(or $(JOBS),2) --dist loadfile

test-slow: $(VENV)/.dev ## the long tests: crash runs, and the corpora if they are beside the checkout
	$(BIN)/python -m pytest -q -m slow -n $(or $(JOBS),2) --dist loadfile

check: $(VENV)/.dev ## lint, types, and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

real-input: $(VENV)/.dev ## one fetch over recorded real feeds and pages, where the corpora lie beside the checkout
	$(BIN)/python -m tests.real_input

torture: $(VENV)/.dev ## kill it at random, many times (KILLS=200)
	$(BIN)/python -m tests.torture --kills $(or $(KILLS),200)

bench-search: $(VENV)/.dev ## search among a million generated items
	$(BIN)/python -m tests.bench_search

bench-poll: $(VENV)/bench/.ready ## what a poll costs, beside lemon24/reader (FEEDS=200)
	$(BIN)/python -m tests.bench_poll --peers $(VENV)/bench/bin/python --feeds $(or $(FEEDS),200)

bench-extract: $(VENV)/bench/.ready ## our extraction beside that of others, where the corpora lie beside the checkout
	$(BIN)/python -m tests.bench_extract --peers $(VENV)/bench/bin/python

bench-relevance: $(VENV)/bench/.ready ## our judge beside naive rules and a learned one, where the corpora lie beside the checkout
	$(BIN)/python -m tests.bench_relevance --peers $(VENV)/bench/bin/python

fit-rules: $(VENV)/bench/.ready ## fit config/rules/weights.yaml on labelled texts, where the corpora lie beside the checkout
	$(BIN)/python -m tests.fit_rules --peers $(VENV)/bench/bin/python --write

lock: $(VENV)/.dev ## renew the lock files from pyproject.toml
	$(BIN)/python -m pip --disable-pip-version-check --quiet install uv
	$(BIN)/uv pip compile pyproject.toml --group build --extra postgres --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" --upgrade --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --group build --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" --constraint requirements.lock --quiet --output-file requirements-dev.lock
	$(BIN)/uv pip compile --group bench --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" --quiet --output-file requirements-bench.lock

clean: ## forget the environment and all caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Monitor needs Python 3.11 or newer; name one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "setting up $(VENV) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "adding the tools of the tests …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Of its own, because newspaper4k asks for another python-dateutil than dateparser. Everything is in the lock, so nothing is
# left to resolve: pip before 24 fails over two spellings of one extra.
$(VENV)/bench/.ready: requirements-bench.lock $(VENV)/.dev
	@echo "setting up what the benches compare with …"
	@$(PYTHON) -m venv $(VENV)/bench
	@$(VENV)/bench/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r requirements-bench.lock
	@touch $@
