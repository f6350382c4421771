# `make run` and `make test` need Python 3.12 or newer, and make. Nothing else.
SHELL := /bin/sh
UV := scripts/uv
PARVIS := .venv/bin/parvis
PY := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help sync run test check bench lock messages

help:            ## what each target does
	@grep -E '^[a-z]+: .*##' Makefile | sed 's/:.*##/ — /'

.venv/.synced: requirements.lock pyproject.toml scripts/uv scripts/sync
	@scripts/sync

sync: .venv/.synced  ## make .venv from requirements.lock

run: sync        ## a populated sample square, in a throw-away folder, in your browser
	@$(PARVIS) demo

test: sync       ## everything that can run on this machine
	@$(PY) -m pytest -n auto --dist loadgroup $(ARGS)

check: sync      ## lint, types, layers, translations, migrations
	@scripts/check

bench: sync      ## measure beside a peer; make bench ONLY=house for one group
	@$(PY) -m bench $(ONLY)

messages: sync   ## refresh the catalogues after changing a sentence
	@$(PY) scripts/messages.py

lock: sync       ## write requirements.lock anew from pyproject.toml
	@$(UV) pip compile --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --group dev pyproject.toml --output-file requirements.lock --upgrade
