# Every target that needs a Python makes its own .venv first; nothing else has to be prepared.

VENV := .venv
BIN := $(VENV)/bin
# The person's own python3 first, if it will do; Debian's needs the python3-venv package.
PYTHONS := python3 python3.13 python3.12 python3.11 python3.14

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Else pyright asks the network on every run whether a newer one is out.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check lint mypy pyright contracts docs bench fuzz soak wheel mutants clean

help:  ## list the targets
	@echo "usage: make TARGET"
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/  \1	\2/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(VENV)/installed  ## serve the quickstart (API_PORT=… PAGE_PORT=… for other ports; Ctrl-C stops it)
	@$(BIN)/python examples/quickstart.py

# More would start more browsers than most machines like.
PROCESSES := 2

test: $(VENV)/installed-test  ## run the tests with branch coverage (browser tests skip without a browser)
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(PROCESSES) --dist loadfile
	@$(BIN)/coverage combine -q
	$(BIN)/coverage report

check: lint mypy pyright contracts  ## run the linter, both type checkers and the import contracts

lint: $(VENV)/installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

mypy: $(VENV)/installed-lint
	$(BIN)/mypy

pyright: $(VENV)/installed-lint
	$(BIN)/pyright --pythonpath $(BIN)/python

contracts: $(VENV)/installed-lint
	$(BIN)/lint-imports

# -E: Sphinx warns of a page when it reads it, and a second run would not read it again.
docs: $(VENV)/installed-docs  ## make the pages of docs/ into a site, build/docs/index.html; fails on any warning
	$(BIN)/sphinx-build -E -W --keep-going -n -q docs build/docs

# How long for each target; TARGETS=... names some of them.
SECONDS := 5
fuzz: $(VENV)/installed-fuzz  ## fuzz each parser, and apps, for 5 seconds (SECONDS=600 TARGETS="origins environs")
	@cd tests && ../$(BIN)/python -m fuzzing --seconds $(SECONDS) $(TARGETS)

# The folder of the harness, which is no part of this repository.
BENCH := ../shared/bench

bench: $(VENV)/installed-bench  ## measure what it costs beside others, for minutes (BENCH=FOLDER of the harness)
	cd tests && ../$(BIN)/python -m benchmarks --bench $(abspath $(BENCH))

soak: $(VENV)/installed-test  ## check every answer of two million in process, and of ten minutes under wrk
	cd tests && ../$(BIN)/python -m load.soak
	cd tests && ../$(BIN)/python -m load.wire_soak

wheel: $(VENV)/installed-test  ## build the sdist, and from it the wheel, into dist/
	rm -rf dist
	$(BIN)/python -m hatchling build --target sdist
	$(BIN)/pip wheel -qq --no-deps --wheel-dir dist dist/*.tar.gz
	@ls -l dist

mutants: $(VENV)/installed-mutants  ## break the code in thousands of ways: a test must fail (some: MUTANTS='flask_strictcors.core.rules*')
	$(BIN)/python -m tests.mutants $(MUTANTS)

clean:  ## remove the .venv and everything built or cached
	rm -rf $(VENV) build dist htmlcov mutants .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# ensurepip is asked for because Debian ships a venv module that cannot make a virtual environment.
$(VENV)/installed: pyproject.toml
	@for python in $(PYTHONS); do \
	  if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then break; else python=; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 or newer, with its venv module, is needed: none of $(PYTHONS) is." >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$python --version) ..."; \
	rm -rf $(VENV) && $$python -m venv $(VENV)
	@$(BIN)/pip install -qq --editable .
	@touch $@

$(VENV)/installed-test $(VENV)/installed-lint $(VENV)/installed-fuzz $(VENV)/installed-bench $(VENV)/installed-docs $(VENV)/installed-mutants: $(VENV)/installed-%: $(VENV)/installed
	@echo "Installing what $* needs into $(VENV) ..."
	@$(BIN)/pip install -qq --editable ".[$*]"
	@touch $@
