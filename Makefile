# Every target works alone, from a fresh clone, with nothing but make and Python 3.11+. Paths are relative, so
# that a checkout may lie in a folder with spaces.

PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PY := .venv/bin/python
RUN := $(PY) -m erp.launcher
MANAGE := $(RUN) run -- $(PY) manage.py
ARGS ?=
SIZE ?= small

.DEFAULT_GOAL := help
.PHONY: help demo test check seed bench chaos shell backup restore lock api prepare prepare-tests

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: prepare ## the whole system with a demo company, in the foreground; Ctrl-C stops it
	@$(RUN) demo

test: prepare-tests ## all tests, on two cores; ARGS="tests/orders -k hold" for some
	@$(RUN) test -- $(PY) -m pytest -n 2 --maxschedchunk 2 -m "not chaos" $(ARGS)

check: prepare-tests ## style, types, layers, migrations, templates, API description, deployment
	@$(PY) -m erp.launcher.check

api: prepare-tests ## write docs/api/openapi.yaml anew
	@$(PY) -m erp.launcher.check api

seed: prepare ## fill the database: SIZE=small, or a larger one for measuring
	@$(RUN) run -- sh -c '$(PY) manage.py install --verbosity 0 && $(PY) manage.py seed $(SIZE)'

bench: prepare-tests ## lines per second against hand-written SQL, into var/bench/latest.json
	@ERP_VAR="$(CURDIR)/var/bench/stack" $(RUN) run -- $(PY) -m bench $(ARGS)

chaos: prepare-tests ## kill processes in mid-work and prove the books; walk every route as every role
	@$(RUN) test -- $(PY) -m pytest -m chaos $(ARGS)

shell: prepare ## a Python shell beside the running system
	@$(MANAGE) shell

backup: prepare ## database and files into one dated folder; TO=folder
	@$(RUN) backup $(if $(TO),--to "$(TO)")

restore: prepare ## a backup into an empty database, then the proofs; FROM=folder
	@$(RUN) restore $(if $(FROM),"$(FROM)",$(error say which backup: make restore FROM=var/backup/...))

lock: prepare-tests ## pin what requirements*.in name, with hashes
	@for name in requirements requirements-dev; do \
		$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url --no-emit-find-links $$name.in --output-file $$name.txt || exit 1; done

prepare:
	@$(if $(PYTHON),"$(PYTHON)" -P erp/launcher/prepare.py,echo "Meridian needs Python 3.11 or newer." && exit 1)

prepare-tests:
	@$(if $(PYTHON),"$(PYTHON)" -P erp/launcher/prepare.py --tests,echo "Meridian needs Python 3.11 or newer." && exit 1)
