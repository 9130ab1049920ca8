# The two commands are `make run` and `make test`; the others serve whoever changes the code.
# A machine needs only git, make, python3 (3.11) and python3-venv.

SHELL := /bin/sh
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:

# Compiled modules are kept: every later start takes half the time.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
TYPED := $(wildcard shared kiosk admin deploy bench migrations tests)
CATALOGUES := $(wildcard shared/translations/*/LC_MESSAGES/messages.po)
# A file's tests share what is costly to make, so one worker runs them all; long files come first.
BY_FILE := --dist=loadfile --no-loadscope-reorder
# More workers than processors: browsers and servers are waited for. Where there are none, each
# further worker only makes anew what the others have.
WORKERS := --numprocesses=3 $(BY_FILE)
FEW_WORKERS := --numprocesses=2 $(BY_FILE)
ENGLISH := shared/translations/en/LC_MESSAGES/messages.po
TEMPLATE := build/messages.pot
KEYWORDS := --keyword=_ --keyword=N_ --keyword=lazy_gettext

.PHONY: run test check format bench scenario lock translations \
	ready ready-dev catalogues packages style types quick whole postgresql

run: ready  ## serve on this machine; ends whole on Ctrl-C
	@exec $(BIN)/niemno run

test: packages ready-dev  ## everything: style, types, contracts, both databases, browser
	@$(MAKE) --no-print-directory --jobs=2 style types whole
	@$(MAKE) --no-print-directory postgresql

check: ready-dev  ## what takes about a minute of it: no browser, one database
	@$(MAKE) --no-print-directory --jobs=2 style types quick

format: ready-dev
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

bench: ready-dev  ## tables of speed, growth, memory and page weight
	@$(BIN)/python -m bench

scenario: ready-dev  ## five campaigns over years of data; their closing reports go to docs/reports
	@$(BIN)/python -m bench.scenario docs/reports

ready:
	@deploy/scripts/prepare-venv runtime
	@$(MAKE) --no-print-directory catalogues

ready-dev:
	@deploy/scripts/prepare-venv dev
	@$(MAKE) --no-print-directory catalogues

catalogues: $(CATALOGUES:.po=.mo)
	@:

packages:
	@deploy/scripts/install-test-packages

style:
	@$(BIN)/ruff format --check --quiet . || { echo "make format"; exit 1; }
	@$(BIN)/ruff check --quiet .

types:
	@$(BIN)/mypy $(TYPED)

quick:
	@$(BIN)/pytest $(FEW_WORKERS) -m "not browser and not thorough" --hypothesis-profile=quick

whole:
	@$(BIN)/pytest $(WORKERS)

postgresql:
	@$(BIN)/pytest $(FEW_WORKERS) --database=postgresql

%.mo: %.po
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

# Asks the package registry what is newest, and pins it with the hashes of every file.
lock: ready-dev
	@cd deploy/requirements && for name in installer runtime dev units; do \
		../../$(BIN)/uv pip compile --quiet --system-certs --generate-hashes --upgrade \
			--no-annotate --no-header --python-version 3.11 --output-file $$name.txt $$name.in || exit 1; \
	done

# Collects the Vietnamese strings and brings the catalogues up to date; it guesses no translation.
translations: ready-dev
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --mapping-file=deploy/babel.cfg $(KEYWORDS) \
		--add-location=file --sort-by-file --no-wrap --project=niemno --version=0.1.0 \
		--output-file=$(TEMPLATE) shared kiosk admin
	@test -e $(ENGLISH) || $(BIN)/pybabel --quiet init --locale=en --no-wrap \
		--input-file=$(TEMPLATE) --output-file=$(ENGLISH)
	@$(BIN)/pybabel --quiet update --input-file=$(TEMPLATE) --output-dir=shared/translations \
		--no-fuzzy-matching --no-wrap --ignore-pot-creation-date --ignore-obsolete
