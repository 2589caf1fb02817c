# Every target makes what it needs: `make test` and `make demo` work on a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
NODE := tests/interop/node
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow kernel-cases check lint bench clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: .make/python .make/node ## the Python environment in .venv, and snarkjs and circom for the tests

demo: .make/python ## compile, set up, prove and verify the membership circuit, with a summary
	@examples/01-membership/run.sh

test: setup ## all tests but the slow ones
	$(BIN)/python -m pytest --numprocesses=auto

test-slow: setup ## the slow tests too
	$(BIN)/python -m pytest --numprocesses=auto -m "slow or not slow"

kernel-cases: .make/python ## a million random and structured cases of every kernel family, with a table
	$(BIN)/python tests/oracle/kernel_cases.py

check: lint ## what a change must pass before it is sent: lint, types, import contracts, fast tests
	$(BIN)/python -m pytest --numprocesses=auto tests/unit tests/cli tests/test_architecture.py \
		tests/test_messages.py tests/test_docs.py

lint: .make/python ## formatting, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: setup ## measure; the figures go into docs/design/performance.md
	@for script in tests/bench/compare_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

clean: ## remove what the demo and the checks made; .venv stays
	rm -rf build .make .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.make/python: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "error: $(PYTHON) is older than 3.11; say make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || { echo "creating .venv"; $(PYTHON) -m venv .venv; }
	@echo "installing zkctl and its tools into .venv"
	@$(PIP) --editable '.[dev]'
	@mkdir -p .make && touch $@

# Without npm the tests that compare with snarkjs and circom skip; with CI=true that is a failure.
.make/node: $(NODE)/package.json
	@if [ -n "$$ZKCTL_NODE_MODULES" ]; then echo "using the node packages in $$ZKCTL_NODE_MODULES"; \
	elif command -v npm >/dev/null; then \
		echo "installing snarkjs and circom for the tests"; \
		npm install --prefix $(NODE) --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error; \
	elif [ "$$CI" = true ]; then echo "error: npm is missing"; exit 1; \
	else echo "note: no npm, the tests that compare with snarkjs and circom will skip"; fi
	@mkdir -p .make && touch $@
