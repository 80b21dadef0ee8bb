# make demo: install into .venv, verify S_5, analyse the bundled network, say where the report is
# make test: the same set-up, then lint, types and the tests
# make test-all: the same with the largest cases, which are marked exhaustive

# EXTRAS=dev,oracles adds Sage and GAP, which some tests and benchmarks compare with

PYTHON ?= python3
EXTRAS ?= dev
BIN := .venv/bin
INSTALLED := .venv/installed-$(EXTRAS)
# One thread a process: threads of two processes that wait for each other take all the time.
# Programs that tests start are compiled once.
PYTEST := PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/pytest \
	--numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: install demo test test-all lint benchmark format notebooks clean

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "symrep needs Python 3.11 or newer; run make PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[$(EXTRAS)]'
	@touch $@

install: $(INSTALLED)

demo: $(INSTALLED)
	$(BIN)/symrep verify 5
	$(BIN)/symrep characters 5
	$(BIN)/symrep-analysis report bundled --random 5 --output demo-report

test: lint
	$(PYTEST)

test-all: lint
	$(PYTEST) -m ""

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache > /dev/null || $(BIN)/lint-imports --no-cache

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: $(INSTALLED)
	$(BIN)/python -m benchmarks

notebooks: $(INSTALLED)
	$(BIN)/python notebooks/execute.py

clean:
	rm -rf .venv demo-report build *.egg-info
