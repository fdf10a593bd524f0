# One command per habit. `make` alone lists them.
#
# Needs Python 3.11 to 3.13 and make, nothing else: everything is installed into .venv, pinned by
# requirements.lock. Without make, with plain pip (25.1 or newer for --group):
#   python3 -m venv .venv
#   .venv/bin/python -m pip install --upgrade pip
#   .venv/bin/python -m pip install -c requirements.lock -e . --group test
#   .venv/bin/segkit run grocery

.DEFAULT_GOAL := help
.PHONY: report check test lint notebooks lab bench lock clean help
SHELL := /bin/sh
STUDY ?= grocery
WORKERS ?= 2
BIN := .venv/bin
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
NEWEST := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c '$(NEWEST)' 2>/dev/null && echo "$$p" && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

report: .venv/ready.stamp  ## Set up, run the study (STUDY=grocery) and write its report
	@$(BIN)/segkit run $(STUDY)

check: .venv/tests.stamp lint  ## Lint and run the quick tests of what changed: for daily work
	@$(PYTEST) -m "not slow and not browser" $$($(BIN)/python tests/support/changed.py)

test: .venv/tests.stamp lint  ## Set up, lint, compare notebooks with their sources, run all tests
	@$(BIN)/python -m segkit.workbook.publish --check
	@$(PYTEST)

lint: .venv/tests.stamp  ## Check style and format of code and notebook sources
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

notebooks: .venv/tests.stamp  ## Execute the text sources into the published notebooks
	@$(BIN)/python -m segkit.workbook.publish

lab: .venv/ready.stamp  ## Open the study's notebooks (STUDY=grocery) in JupyterLab, as a copy
	@$(BIN)/segkit open $(STUDY)

BENCHES := chain stability money verdicts trials placing clusters lifetime assign cohorts simulate "scale card csv threads summary assign"
bench: .venv/tests.stamp  ## Measure speed and memory against named peers
	@for each in $(BENCHES); do set -- $$each; name=$$1; shift; echo "== $$name"; \
		REPEATS=1 $(BIN)/python benchmarks/$$name.py "$$@" || exit 1; done

lock: .venv/tests.stamp  ## Pin all dependencies anew in requirements.lock
	@{ sed -n '/^#/p' requirements.lock; echo uv | $(BIN)/uv pip compile --quiet --upgrade \
		--universal --python-version 3.11 --no-header --no-annotate --all-extras \
		--group test --group docs pyproject.toml -; } > .venv/new.lock
	@mv .venv/new.lock requirements.lock

clean:  ## Remove the environment and caches; runs and studies stay
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis .cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## List these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s%s\n", $$1, $$2 }'

.venv/ready.stamp: pyproject.toml requirements.lock .venv/bin/python
	@echo "Setting up: installing the pinned libraries (a minute or two the first time) ..."
	@$(PIP) install "$$(grep '^uv==' requirements.lock || echo uv)" || true
	@$(call install,-e .)
	@touch $@

.venv/tests.stamp: .venv/ready.stamp
	@$(call install,-e . --group test --group docs)
	@touch $@

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed and none was found. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c '$(NEWEST)' || { echo "$(PYTHON) is not Python 3.11, 3.12 or 3.13." >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python cannot make environments: install its module venv (on Debian and Ubuntu: apt-get install python3-venv), then try again." >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv

# uv takes seconds, plain pip minutes; where uv is missing or refused, pip does the same.
define install
{ test -x $(BIN)/uv && $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -c requirements.lock $(1); } || { \
	echo "uv could not install; trying pip ..." >&2; \
	$(PIP) install --upgrade 'pip>=25.1' && $(PIP) install -c requirements.lock $(1); } || { \
	echo "The libraries could not be installed. Is there a network? The first set-up needs one; after a proxy or mirror is set for pip, run the same command again." >&2; exit 1; }
endef
