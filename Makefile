# Everything a developer or a new user runs. Needs Python 3.11 or newer with venv, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The versions that everybody develops and tests with; `make lock` renews them.
LOCK := requirements/dev.txt

# Without compiled modules each start of the program costs half a second more, and tests start it hundreds of times.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: install dev demo docs texts lock hooks deb release lint test newest fuzz simulate detection month bench clean

install: $(BIN)/termintreu  ## .venv/ with the program in it

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(BIN)/termintreu: $(BIN)/python pyproject.toml $(LOCK)
	$(PIP) install --constraint $(LOCK) -e .
	@touch $@

$(VENV)/.demo: $(BIN)/termintreu
	$(PIP) install --constraint $(LOCK) -e '.[demo]'
	@touch $@

$(VENV)/.dev: $(BIN)/termintreu
	$(PIP) install --constraint $(LOCK) -e '.[dev,demo,keyring]'
	@touch $@

dev: $(VENV)/.dev

demo: $(VENV)/.demo  ## a realistic week on a real server, on loopback
	$(BIN)/termintreu demo $(if $(ONCE),--once)

docs: dev  ## what is generated: example, schema, pages, manual, completion
	$(BIN)/python -m tools.docs

texts: dev  ## new sentences into the catalogues
	$(BIN)/python -m tools.catalogues
	$(BIN)/python -m tools.error_sentences

lock: $(BIN)/python  ## the newest versions that fit together, for the oldest Python that we support
	$(BIN)/python -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check --quiet install uv
	build/lock/bin/uv pip compile --quiet --upgrade --python-version 3.11 --all-extras --no-header --no-annotate \
		--output-file $(LOCK) pyproject.toml

deb:  ## dist/termintreu_*.deb, for the Debian or Ubuntu it is built on
	packaging/deb.sh

release: dev  ## wheel, sdist and .deb out of what is committed, each built and tried
	packaging/release.sh

hooks: dev  ## git runs `make lint` before each commit
	$(BIN)/pre-commit install

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What runs the program's code in the tests' own process, where its branches are counted.
COUNTED := tests/unit tests/golden $(sort $(wildcard tests/contract/test_google*.py tests/contract/test_microsoft*.py))
PYTEST := -m pytest -n 2 --dist worksteal

# Types and a minute of fuzzing take one core each, tests take both: so the first two run beside each other. The second
# half of the tests waits for other processes a good part of the time: four of them keep two cores at work.
test: dev  ## every test
	tests/machine.sh chromium chromium-driver dbus-daemon postgresql zsh fish
	$(MAKE) --jobs=2 --output-sync=target lint fuzz
	$(BIN)/python $(PYTEST) $(COUNTED) --cov
	$(BIN)/python $(PYTEST) -n 4 tests $(addprefix --ignore=,$(COUNTED))

newest:  ## the tests that need no program of its own, on the newest CPython that is on this machine
	tests/machine.sh dbus-daemon postgresql zsh fish
	$(MAKE) dev VENV=build/newest PYTHON=$$(tests/newest.sh)
	build/newest/bin/python $(PYTEST) $(COUNTED)

fuzz: dev  ## look for input that breaks the reading (SECONDS=60); what is found is left in build/fuzz/
	$(BIN)/python fuzz/read.py --seconds $(or $(SECONDS),60)

# The order of what is in a set must not differ from one run to the next: a story is acted out again byte for byte.
simulate: dev  ## act out weeks of a simulated world (SEED, DAYS, PEOPLE; MINUTES=60: one story after the other)
	PYTHONHASHSEED=0 $(BIN)/python -m simulation $(if $(SEED),--seed $(SEED)) $(if $(DAYS),--days $(DAYS)) \
		$(if $(PEOPLE),--people $(PEOPLE)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(FOUND),--found)

detection: dev  ## how well calls are recognised, on labelled entries that were built on and on others
	$(BIN)/python -m tools.detection

month: dev  ## months of people: what is written for them, and whether it is worth it (NAME=practice: one of them)
	$(BIN)/python -m tests.months $(NAME)

PEERS := build/bench/peers

$(PEERS)/.done: bench/peers.txt $(BIN)/python
	$(BIN)/python -m venv $(PEERS)
	$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install -r bench/peers.txt
	@touch $@

bench: dev $(PEERS)/.done  ## we and our peers on the same calendars (QUICK=1: small ones; RECORD=1: into the page)
	$(BIN)/python -m bench $(if $(QUICK),--quick) $(if $(RECORD),--record)

clean:
	rm -rf $(VENV) build dist
