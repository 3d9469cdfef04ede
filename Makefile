# make serve   set up, take in the samples when the store is empty, open the chat page on 127.0.0.1:8000
# make test    set up and run the tests
# make check   lint, types, layers
# make fmt     format
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(or $(TOBEN_DATA_DIR),var)
READY := $(VENV)/.ready

.PHONY: serve test check fmt lock
.DEFAULT_GOAL := serve

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,llm,ocr]'
	touch $@

serve: $(READY)
	mkdir -p $(DATA)
	test -e $(DATA)/principals.yaml || cp corpus/samples/principals.yaml $(DATA)/principals.yaml
	test -e $(DATA)/catalogue.db || $(BIN)/toben ingest corpus/samples/documents --ledger corpus/samples/ledger.csv --data-dir $(DATA)
	@echo 'http://127.0.0.1:8000 を開いてください（終了は Ctrl+C）'
	TOBEN_USER_HEADER=true $(BIN)/toben serve --data-dir $(DATA)

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Pin what is installed now; run after changing the ranges in pyproject.toml.
lock: $(READY)
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > constraints.txt
