# make demo     set up and answer one real model        make test      what CI runs
# make check    style, types, layers, fast tests        make verify    slow statistical proofs
# make bench    the figures in benchmarks/README.md     make golden    rewrite expected outputs
# make app      the front end in the browser               make screenshots  rewrite docs/images
# make oracles  other people's solvers, which bench and verify compare with (installed by both)

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
READY := .venv/.ready
ORACLES := .venv/.oracles

.PHONY: setup demo test check bench verify oracles try-oracles golden app screenshots pins clean

setup: $(READY)

# constraints.txt has two parts; the first holds what is needed here (see scripts/pin.py).
$(READY): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("hasim needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up .venv; this takes some minutes the first time."
	@$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@sed '/^# The extra oracles/,$$d' constraints.txt > .venv/setup.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/setup.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q hasim benchmarks
	@$(BIN)/hasim warmup
	@touch $@

demo: setup
	$(BIN)/hasim run models/shop.yaml

test: setup
	$(PYTEST) -n 2 -m "not slow and not browser"
	@if command -v chromium >/dev/null; then $(PYTEST) -m "browser and not slow" tests/browser; \
	elif [ -n "$$CI" ]; then echo "There is no chromium, which tests of the app drive." >&2; exit 1; \
	else echo "There is no chromium: the app was not driven in a browser (apt install chromium)."; fi

# The fast tests include lint-imports (tests/test_house_style.py).
check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST) -n 2 -q -m "not slow and not normal and not browser"

oracles: $(ORACLES)

$(ORACLES): $(READY)
	@echo "Installing Storm and RePyability into .venv, to compare with; some 300 MB."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	@touch $@

try-oracles:
	@$(MAKE) --no-print-directory oracles || echo "Not installed: what needs them is skipped." >&2

bench: setup try-oracles
	$(BIN)/python -m benchmarks

verify: setup try-oracles
	$(PYTEST) verification
	$(PYTEST) -m slow

golden: setup
	HASIM_GOLDEN=1 $(PYTEST) -q -k golden

app: setup
	$(BIN)/hasim app $(MODEL)

screenshots: setup
	$(BIN)/python scripts/screenshots.py

pins:
	$(PYTHON) scripts/pin.py

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find hasim tests verification benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
