# `make` lists the menu.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
HOST ?= 127.0.0.1
PORT ?= 8080
SOAK ?= 30
# one more than there are cores: tests wait more than they work
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
export HOST PORT

.DEFAULT_GOAL := menu
.PHONY: menu serve test quick faults soak crowds fuzz lint policy goldens rules manual mended quality browser e2e e2e-teams previews bench train retrain evaluate check lock clean

menu: ## List what make can do
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## /  make \1\t/' | expand -t 18

.venv/ready: requirements.lock pyproject.toml
	@echo "installing what checkpost runs on into .venv; this takes a minute or two"
	$(PYTHON) -m venv .venv
	$(PIP) --no-compile --require-hashes -r requirements.lock
	$(PIP) --no-compile --no-deps --editable .
	@touch $@

.venv/installed: .venv/ready requirements-dev.lock
	$(PIP) --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

serve: export CHECKPOST_ENV = dev
serve: .venv/ready ## Serve the try-it page on http://HOST:PORT (127.0.0.1:8080), with a sample list of terms
	@$(BIN)/checkpost db init --sample
	@exec $(BIN)/checkpost serve

test: .venv/installed ## Run the tests that need Python alone; WORKERS=1 for one at a time
	$(BIN)/pytest -n $(WORKERS) -m "not browser and not faults and not emulator and not playground"

quick: .venv/installed ## Run the quick tests alone
	$(BIN)/pytest -n $(WORKERS) -m "not (wheel or faults or browser or emulator or playground)"

faults: .venv/installed ## Break things on purpose and compare with a model; CHECKPOST_FAULTS=long for all of it
	$(BIN)/pytest -n0 -m faults

soak: .venv/installed ## Work for half an hour on end and say how memory grew; SOAK=5 for five minutes
	SOAK=$(SOAK) $(BIN)/pytest -n0 -s -m faults tests/faults/test_soak.py

crowds: .venv/installed ## Have fifty people send hundreds of drafts at once; its limits hold where nothing else runs
	CHECKPOST_QUIET=1 $(BIN)/pytest -n0 -s tests/bots/slack/test_crowd.py tests/bots/slack/test_scenarios.py \
		tests/faults/test_teams.py -k "people or authors or test_teams"

fuzz: .venv/installed ## Fuzz every parser for ten minutes, guided by coverage (atheris, installed for it)
	$(PIP) atheris
	$(BIN)/python tests/faults/guided.py 600

lint: .venv/installed ## Check format, lint, types and imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

policy: .venv/installed ## Run the examples of every rule
	CHECKPOST_ENV=test $(BIN)/checkpost policy test

goldens: .venv/installed ## Render the chart's shapes anew, where helm is on PATH
	CHECKPOST_WRITE_GOLDENS=1 $(BIN)/pytest -q -n0 tests/charts/test_goldens.py -k as_it_stands

rules: .venv/installed ## Write docs/rules.md anew from the packs
	CHECKPOST_ENV=test $(BIN)/checkpost policy docs --out docs/rules.md

manual: .venv/installed ## Write docs/commands.md anew from the commands
	$(BIN)/checkpost manual --out docs/commands.md

mended: .venv/installed ## Say how many drafts get a safe version that passes its own check
	$(BIN)/pytest -q -n0 tests/core/test_mending.py -k nine_in_ten

quality: .venv/installed ## Keep the figures on held-back posts as those of the release
	$(BIN)/python -m tests.quality.measure
	git diff --stat tests/quality/figures.json

browser: .venv/installed ## Drive the try-it page in headless Chromium
	$(BIN)/pytest -m browser

tests/emulator/node_modules/.package-lock.json: tests/emulator/package-lock.json
	cd tests/emulator && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

e2e: .venv/installed tests/emulator/node_modules/.package-lock.json ## Drive Slack's journeys against a third-party Slack (Node 20)
	CHECKPOST_REQUIRE_EMULATOR=1 $(BIN)/pytest -m emulator -n0

previews: .venv/installed ## Draw the main messages of the Slack app into docs/images (needs Chromium)
	PYTHONPATH=. $(BIN)/python docs/previews.py

PLAYGROUND = build/playground
e2e-teams: .venv/installed ## Drive Teams' journeys in Microsoft's Agents Playground (Node 20, Chromium; optional, for evaluation)
	npm install --prefix $(PLAYGROUND) --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
		@microsoft/m365agentsplayground@0.2.28
	CHECKPOST_PLAYGROUND=$(PLAYGROUND)/node_modules/.bin/agentsplayground \
		unshare -rn sh -c 'ip link set lo up && exec $(BIN)/pytest -m playground -n0'

bench: .venv/installed ## Measure terms, reader, whole check and endpoint against their partners (half an hour)
	$(PIP) --editable '.[bench]' --no-build-isolation
	failed=0; for part in terms reader service; do $(BIN)/python -m bench.$$part --write || failed=1; done; exit $$failed

DATA ?= ../shared/data
VOICES ?=
# Memory that is given back and asked for anew at each batch costs as much as the reckoning.
KEPT = MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=99999999999 MALLOC_TOP_PAD_=268435456
TRAINING = $(KEPT) $(BIN)/python -m core.model.training $(if $(BFLOAT16),--bfloat16)

.venv/training: .venv/installed
	$(PIP) --editable '.[train]' --no-build-isolation
	@touch $@

train: .venv/training ## Rebuild the reader from the licensed sets in DATA and our own drafts (two hours, resumable)
	for step in names public statements further ship; do $(TRAINING) $$step --data $(DATA) || exit 1; done

retrain: .venv/training ## Train the shipped reader on, VOICES read twice (half an hour; BFLOAT16=1 on processors that can)
	for step in further ship; do $(TRAINING) $$step --shipped --twice $(VOICES) --data $(DATA) || exit 1; done

evaluate: .venv/training ## Measure the reader and write the figures of docs/model-card.md
	$(TRAINING) evaluate --data $(DATA)

check: test lint policy faults ## Tests, lint, policies and the fault plan

lock: ## Write the lock files anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --extra pictures --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --extra dev --extra pictures --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml

clean: ## Remove what make made, except the database
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
