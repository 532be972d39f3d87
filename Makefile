# `make book` builds the rendered book, `make test` passes the tests, `make pdf` prints the book. Each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: book pdf test clean

book: $(VENV)/.installed-book
	@$(BIN)/course book

pdf: $(VENV)/.installed-pdf
	@$(BIN)/course pdf

test: $(VENV)/.installed-all
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/course book
	@OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile

clean:
	rm -rf $(VENV) _build

# A stamp an extra, so that a changed pyproject.toml or constraints.txt installs again and nothing else does.
$(VENV)/.installed-book: EXTRAS := book
$(VENV)/.installed-pdf: EXTRAS := book,pdf
$(VENV)/.installed-all: EXTRAS := book,grading,pdf,dev,peers
$(VENV)/.installed-%: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Training Dynamics needs Python 3.11 or newer, and this is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)")'
	@echo "Setting up $(VENV) ($(EXTRAS)): PyTorch alone is a download of some gigabytes, so the first time takes minutes."
	@start=$$(date +%s); \
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian: apt-get install python3-venv" >&2; exit 1; }; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$(EXTRAS)]' && \
	touch $@ $(VENV)/.installed-book && echo "Set up in $$(( $$(date +%s) - start )) s."
