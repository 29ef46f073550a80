# `make demo` and `make test` need nothing but Python 3.11 and make: node comes from PyPI.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url --constraints requirements/constraints.txt

WEB := station/web
PAGE := $(WEB)/dist/index.html
MODULES := $(WEB)/node_modules/.package-lock.json
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix $(WEB)

.PHONY: setup page demo test check lock wheel clean

setup: $(READY) $(PAGE)

# opencv-python wants a window system. The headless build of the same version does not:
# installed last, it takes the place of the shared folder cv2.
$(READY): requirements/dev.lock requirements/headless.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cargosight needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes --no-deps -r requirements/dev.lock
	$(PIP) --require-hashes --no-deps --force-reinstall -r requirements/headless.lock
	$(PIP) --no-deps --no-index --no-build-isolation --editable .
	touch $@

page: $(PAGE)

$(MODULES): $(WEB)/package.json $(WEB)/package-lock.json | $(READY)
	$(NPM) ci
	touch $@

# The types of the API are made by the build itself, from openapi.json.
$(PAGE): $(MODULES) $(wildcard $(WEB)/*.json $(WEB)/*.ts $(WEB)/*.html) \
		$(shell find $(WEB)/src $(WEB)/public -type f ! -name schema.d.ts)
	$(NPM) run build
	touch $@

demo: setup
	$(BIN)/cargosight demo --out demo

# A file's tests stay together: they share what is slow to make.
test: setup
	$(NPM) test
	OMP_NUM_THREADS=1 $(BIN)/pytest -q --numprocesses 2 --dist loadfile

check: setup
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pre-commit run --all-files

lock: $(READY)
	$(COMPILE) --extra station pyproject.toml -o requirements/station.lock
	$(COMPILE) --extra station --extra station-gpu --no-emit-package onnxruntime pyproject.toml -o requirements/station-gpu.lock
	$(COMPILE) --extra train pyproject.toml -o requirements/train.lock
	$(COMPILE) --extra measure pyproject.toml -o requirements/measure.lock
	$(COMPILE) --extra station --extra train --extra measure --group dev pyproject.toml -o requirements/dev.lock
	grep -A99 '^opencv-python-headless==' requirements/dev.lock | sed '2,$${/^[a-z]/,$$d}' > requirements/headless.lock
	$(NPM) install --package-lock-only

# With the page inside.
wheel: setup
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/hatchling build --target wheel

clean:
	rm -rf .venv demo dist $(WEB)/dist $(WEB)/node_modules $(WEB)/src/api/schema.d.ts
