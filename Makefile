# Everything a developer or a new user runs. Needs Python 3.11 or newer with venv, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: install dev demo test lint bench clean

install: $(BIN)/termintreu  ## .venv/ with the program in it

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(BIN)/termintreu: $(BIN)/python pyproject.toml
	$(PIP) install -e .
	@touch $@

$(VENV)/.demo: $(BIN)/termintreu
	$(PIP) install -e '.[demo]'
	@touch $@

$(VENV)/.dev: $(BIN)/termintreu
	$(PIP) install -e '.[dev,demo,keyring]'
	@touch $@

dev: $(VENV)/.dev

demo: $(VENV)/.demo  ## a realistic week on a real server, on loopback
	$(BIN)/termintreu demo $(if $(ONCE),--once)

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint  ## every test
	$(BIN)/python -m pytest -n 2

clean:
	rm -rf $(VENV) build dist
