# Two commands are enough: `make demo` shows monitord at work, `make test` proves it.
# Both start from a fresh clone on Debian with Python 3.11 or newer, and set up what they need.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= auto
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
PYTEST := $(BIN)/python -m pytest
PARALLEL := -n $(WORKERS) --maxprocesses=4

# What the quick check leaves to `make test`: real processes and the seeded simulation.
SLOW := --ignore=tests/system --ignore=tests/simulation --ignore=tests/ablation

RUN_READY := $(VENV)/.ready-to-run
TEST_READY := $(VENV)/.ready-to-test

.PHONY: help demo test check lint ablation bench screens lock clean debian

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUN_READY) ## a burglary in a simulated museum (ARGS=--headless: without a key press)
	@$(BIN)/monitord demo $(ARGS)

test: debian lint ## everything: style, types, import rules, and all tests
	@$(PYTEST) $(PARALLEL) tests

check: lint ## the quick one, for every commit
	@$(PYTEST) $(PARALLEL) $(SLOW) tests

lint: $(TEST_READY)
	@$(BIN)/ruff format --check --quiet . || { echo "cure: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

ablation: $(TEST_READY) ## take every safeguard away once: its test must notice
	@ABLATION=all $(PYTEST) $(PARALLEL) tests/ablation

bench: $(TEST_READY) ## the figures monitord is held to, as ratios of one run
	@$(PYTEST) -s -o python_files='bench_*.py' tests/bench $(ARGS)

screens: $(TEST_READY) ## every page of the console as pictures: build/screens
	@$(PYTEST) -q -o python_files=screens.py -o python_functions='screens_*' tests/console
	@echo "Look at them one by one: build/screens"

lock: $(BIN)/python ## renew the hashed requirement files (ARGS=--upgrade: newest versions)
	@tools/lock.sh $(BIN)/python $(ARGS)

clean: ## remove what was built or set up here; the state folder stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find monitord drivers simulators tests tools -name __pycache__ -prune -exec rm -rf {} +

debian:
	@tools/debian_packages.sh

$(BIN)/python:
	@tools/make_venv.sh $(PYTHON) $(VENV)

$(RUN_READY): pyproject.toml requirements/build.txt requirements/run.txt | $(BIN)/python
	@echo "Setting up $(VENV): what monitord runs on"
	@$(PIP) install --quiet --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_READY): requirements/test.txt $(RUN_READY)
	@echo "Setting up $(VENV): what the tests and checks need"
	@$(PIP) install --quiet --require-hashes -r requirements/test.txt
	@touch $@
