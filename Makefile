# Everything a person does with a clone. `make` alone lists it; only a Python from 3.11 to 3.13 and make are needed.
SHELL := /bin/sh
VENV ?= .venv
PORT ?= 8000
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
HIDE := >/dev/null 2>&1
PIP := --quiet --quiet --disable-pip-version-check
# `make setup PYTHON=/path/to/python3` chooses an interpreter; otherwise the first that fits is taken.
PYTHON ?=
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

.DEFAULT_GOAL := help
.PHONY: help setup run demo-channels chat test lint format bench bench-against lock clean

help: ## list what can be done
	@printf 'Frontdesk: answers a business'"'"'s chats and takes its bookings.\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@printf '\n  PORT=8000 is where `make run` listens; PYTHON= names an interpreter for `make setup`.\n'

setup: $(STAMP) ## make .venv with everything locked in requirements.lock (once; again when the lock changes)

$(STAMP): requirements.lock pyproject.toml
	@set -e; found=''; seen=''; \
	for python in $(PYTHON) $(if $(PYTHON),,python3 python3.13 python3.12 python3.11 python); do \
	  if "$$python" -c '$(FITS)' $(HIDE); then found="$$python"; break; fi; \
	  is=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || is='not there'; \
	  seen="$$seen$${seen:+, }$$python is $$is"; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Frontdesk needs Python 3.11, 3.12 or 3.13, and $$seen: install one, or name it with: make setup PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import venv, ensurepip' $(HIDE); then \
	  echo "$$found lacks the venv module: install it (on Debian and Ubuntu: apt-get install python3-venv), then run make again." >&2; exit 1; \
	fi; \
	"$(BIN)/python" -c '$(FITS)' $(HIDE) || "$$found" -m venv --clear "$(VENV)"
	@echo "Installing what requirements.lock names into $(VENV); this happens once."
	@"$(BIN)/python" -m pip install $(PIP) --require-hashes -r requirements.lock
	@"$(BIN)/python" -m pip install $(PIP) --no-deps --no-build-isolation -e .
	@touch $@

run: $(STAMP) ## start Frontdesk with its demo businesses; the first start creates the database
	@exec "$(BIN)/frontdesk" serve --port "$(PORT)"

demo-channels: $(STAMP) ## watch and try Telegram and WhatsApp in the browser, on fakes of both: no account is needed
	@exec "$(BIN)/python" -m tests.platforms.demo

chat: $(STAMP) ## talk to a demo business in the terminal: make chat ACCOUNT=bistro
	@exec "$(BIN)/frontdesk" chat $(ACCOUNT)

test: $(STAMP) ## check style, types, imports and behaviour: the one test command
	@failed=0; $(MAKE) --no-print-directory lint || failed=1; "$(BIN)/python" -m pytest || failed=1; exit $$failed

lint: $(STAMP) ## check style, types and imports only
	@failed=0; \
	"$(BIN)/ruff" check --output-format concise . || failed=1; \
	"$(BIN)/ruff" format --check . || failed=1; \
	"$(BIN)/mypy" || failed=1; \
	"$(BIN)/lint-imports" --no-logo || failed=1; \
	"$(BIN)/lint-imports" --no-logo --config importlinter-cycles.toml || failed=1; \
	exit $$failed

format: $(STAMP) ## put every file into the one style
	"$(BIN)/ruff" check --fix .
	"$(BIN)/ruff" format .

bench: $(STAMP) ## measure turns in memory and on SQLite, a long history, openings, and webhooks
	"$(BIN)/python" -m bench.turns --store memory
	"$(BIN)/python" -m bench.turns --store sqlite
	"$(BIN)/python" -m bench.history
	"$(BIN)/python" -m bench.openings --staff 200 --days 28
	"$(BIN)/python" -m bench.ingest
	"$(BIN)/python" -m bench.channels --events 10000

bench-against: $(STAMP) $(VENV)-against/.set-up ## measure python-telegram-bot and aiogram beside it; needs Redis
	"$(BIN)/python" -m bench.against --environment "$(VENV)-against"

$(VENV)-against/.set-up: $(STAMP) bench/against/requirements.txt
	@"$(BIN)/python" -m venv --clear "$(VENV)-against"
	@"$(VENV)-against/bin/python" -m pip install $(PIP) -r bench/against/requirements.txt
	@touch $@

lock: $(STAMP) ## resolve the dependencies again and write requirements.lock
	"$(BIN)/python" -m pip install $(PIP) pip-tools
	"$(BIN)/pip-compile" --quiet --upgrade --extra postgres --extra redis --extra telegram --extra whatsapp --extra dev --generate-hashes --allow-unsafe \
	  --no-emit-index-url --no-emit-find-links --no-header --strip-extras --output-file requirements.lock pyproject.toml
	@"$(BIN)/python" -m pip install $(PIP) --require-hashes -r requirements.lock
	@touch $(STAMP)

clean: ## remove the environment and the caches; data/ stays
	rm -rf "$(VENV)" "$(VENV)-against" .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
