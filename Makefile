# Everything a person needs: `make run` to try it, `make test` before a change.

PYTHON ?= python3
BIN := .venv/bin
DATA ?= demo
PORT ?= 8000

.PHONY: help install run test soak screenshots lock reference clean

help:  ## Say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: .venv/installed frontend/node_modules/.built  ## Everything into .venv, the front end built

run: install  ## Start the product with a demo workspace
	@$(BIN)/python -m nimbus.demo --data $(DATA) --port $(PORT)

test: install  ## Everything a change must pass, browser tests included
	@scripts/chromium
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@$(BIN)/pytest -n 2 --dist worksteal

soak: install  ## Kills, stops and cuts at random instants; every operation as its document has it: an hour
	@$(BIN)/python -m tests.soak
	@$(BIN)/python -m tests.schema --examples 120
	@NIMBUS_SOAK_CHANCE=1 $(BIN)/python -m pytest -q -n 2 -m hypothesis
	@NIMBUS_SOAK_TREES=10000 $(BIN)/python -m pytest -q tests/filters/test_related.py
	@NIMBUS_SOAK_LIVES=1000 $(BIN)/python -m pytest -q -n 2 tests/operations/test_life.py

reference: install  ## Reference files in DATA=DIR through reader, validators and finder
	@$(BIN)/python -m tests.reference $(DATA)

screenshots: install  ## A picture of every page, in build/screenshots; the best into docs/pictures
	@scripts/chromium
	@$(BIN)/python -m tests.browser.screenshots

lock: .venv/installed  ## Lock the dependencies anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --no-header --group dev pyproject.toml -o requirements.lock

clean:  ## Remove what was built
	rm -rf .venv frontend/node_modules src/nimbus/web/static

.venv/installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

frontend/node_modules/.built: .venv/installed frontend/package-lock.json $(shell find frontend -type f -not -path '*/node_modules/*')
	@scripts/frontend
	@touch $@
