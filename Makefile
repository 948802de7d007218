# Two commands: `make ask` answers a question, `make test` runs every test. Both set up what they need first.

SHELL := /bin/bash
PYTHON ?= python3
Q ?= Quand le Kazakhstan a-t-il adhéré aux Accords d’Abraham ?
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null || echo .cache/uv/bin/uv)

export UV_LINK_MODE := copy
unexport VIRTUAL_ENV

.PHONY: ask serve test test-fast check eval peers bench sketch lock model ollama browser clean
.DEFAULT_GOAL := ask

ask: .venv/.ready model ## answer Q="…" (or an example) from the articles in seeds/
	@$(BIN)/kzchat ask "$$Q"
ask: export Q := $(value Q)

serve: .venv/.ready model ## open the chat page
	@$(BIN)/kzchat serve

test: .venv/.ready model check ollama browser ## every test: fast, real models, real Ollama, browser
	@$(BIN)/python -m pytest

test-fast: .venv/.ready ## no model, no server, no browser
	@$(BIN)/python -m pytest -m "not model and not ollama and not browser and not kill"

check: .venv/.ready ## format, lint, types
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet . && $(BIN)/mypy

eval: .venv/.ready model ## ask the gold questions of the test split; an interrupted run goes on
	@$(BIN)/kzchat eval

peers: .venv/.ready model ollama ## LlamaIndex's CitationQueryEngine on 40 of them (an hour; goes on, too)
	@$(BIN)/python eval/peers/citation_query_engine.py artefacts/citation_query_engine.jsonl
	@$(BIN)/kzchat eval --from-results artefacts/citation_query_engine.jsonl

bench: .venv/.ready model ollama ## ratios against plain LlamaIndex on the same Ollama server
	@$(BIN)/python eval/bench/first_token.py

sketch: .venv/.ready model ollama ## the simplest thing that could work, through the same scorer
	@$(BIN)/python eval/bench/sketch.py

lock: .cache/uv/bin/uv ## choose versions anew
	$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --upgrade \
		--quiet --custom-compile-command "make lock" --output-file requirements.lock

model: .venv/.ready # 1.1 GB, once
	@$(BIN)/kzchat pull >/dev/null

ollama: .venv/.ready # built once, kept in the cache folder
	@PYTHON=$(BIN)/python scripts/install-ollama.sh >/dev/null

browser:
	@scripts/install-chromium.sh >/dev/null
	@scripts/fetch-axe.sh >/dev/null

.cache/uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "kzchat needs Python 3.11 or later. Name one: make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "Installing uv $(UV_VERSION)" >&2
	@$(PYTHON) -m venv .cache/uv && .cache/uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.ready: requirements.lock pyproject.toml | $(if $(filter .cache/%,$(UV)),.cache/uv/bin/uv)
	@echo "Installing the locked dependencies into .venv" >&2
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

clean: ## forget the environment and caches (the model and the index stay in KZCHAT_HOME)
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache artefacts
