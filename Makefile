# Two commands on a fresh machine: `make run` and `make test`. Python 3.11+ and the package registries are enough.
PYTHON ?= python3
BIN := .venv/bin
ALLURE := .venv/share/allure
export ALLURE_NO_ANALYTICS = 1

.PHONY: run test check quick hard bench mutants audit sbom fix mock docs wheel lock clean
run: .venv/ready $(ALLURE)/ready
	@$(BIN)/harness run $(ARGS)
test: .venv/ready
	@$(BIN)/pytest -q -n auto --maxprocesses 4 --dist worksteal $(ARGS)
check: .venv/ready
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports
	$(BIN)/coverage erase && $(BIN)/coverage run -m pytest -q -n auto --maxprocesses 4 --dist worksteal $(ARGS) && $(BIN)/coverage combine -q && $(BIN)/coverage report
quick: .venv/ready
	@$(BIN)/pytest -q -n auto --maxprocesses 4 --dist worksteal -m "not slow" $(ARGS)
# The tests of tests/hard, and those that grow with HARNESS_HARD, in full: hours. HARNESS_HARD=10 is a tenth. Loopback only.
HARNESS_HARD ?= 100
hard: .venv/ready
	@HARNESS_HARD=$(HARNESS_HARD) $(BIN)/pytest -q tests/hard tests/e2e/test_interrupted.py tests/integration/test_production_guard.py tests/integration/test_run_and_prove.py --durations=0 $(ARGS)
# How many small changes to a room its own tests notice; hours for all of them. make mutants ROOMS="codes x12" tries some.
mutants: .venv/ready
	@test -x .venv/mutants/bin/mutmut || { $(PYTHON) -m venv .venv/mutants && $(BIN)/uv pip install -q --python .venv/mutants/bin/python mutmut==3.8.1; }
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$$(.venv/mutants/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/project.pth"
	@.venv/mutants/bin/python .ci/mutants.py $(ROOMS)
# Medians of three rounds, with peers and public services installed below .venv/bench on demand: an hour or so.
bench: .venv/ready
	@$(BIN)/python tests/bench/bench.py $(ARGS)
# Both need the network, and fail without: what could not be looked up is not known to be sound.
AUDIT := .venv/audit
audit: .venv/ready
	@test -x $(AUDIT)/bin/pip-audit || { $(PYTHON) -m venv $(AUDIT) && $(BIN)/uv pip install -q --python $(AUDIT)/bin/python pip-audit; }
	@$(AUDIT)/bin/pip-audit --strict --requirement requirements.lock --require-hashes --disable-pip || { echo "audit: FAILED, or the advisories could not be reached; nothing is known to be sound" >&2; exit 1; }
sbom: .venv/ready
	@test -x $(AUDIT)/bin/pip-audit || { $(PYTHON) -m venv $(AUDIT) && $(BIN)/uv pip install -q --python $(AUDIT)/bin/python pip-audit; }
	@mkdir -p reports && rm -f reports/sbom.cdx.json && $(AUDIT)/bin/pip-audit --strict --requirement requirements.lock --require-hashes --disable-pip --format cyclonedx-json --output reports/sbom.cdx.json || test -s reports/sbom.cdx.json || { echo "sbom: not written" >&2; exit 1; }
fix: .venv/ready
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
mock: .venv/ready
	@$(BIN)/harness mock $(ARGS)
# The site, in site/: a broken link or a page that nothing leads to ends it.
docs: .venv/ready .venv/docs/ready
	@NO_MKDOCS_2_WARNING=1 PATH="$(CURDIR)/$(BIN):$$PATH" .venv/docs/bin/mkdocs build --quiet --strict && echo "site/index.html"
wheel: .venv/ready
	@$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python --out-dir dist && ls dist/*
lock:
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements.in -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements-docs.in -o requirements-docs.lock
clean:
	rm -rf .venv

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with make PYTHON=..."; exit 2; }
	@echo "setting up .venv (once)" && $(PYTHON) -m venv .venv && $(BIN)/pip -q --disable-pip-version-check install uv
	@$(BIN)/uv pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock && $(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
# Compiled once here: where PYTHONDONTWRITEBYTECODE is set, as in many containers, each start would compile anew.
	@$(BIN)/python -m compileall -q harness && touch $@
.venv/docs/ready: .venv/ready requirements-docs.lock
	@$(PYTHON) -m venv .venv/docs && $(BIN)/uv pip sync -q --python .venv/docs/bin/python --require-hashes requirements-docs.lock && touch $@
# The Allure report wants Node 20 or newer: the machine's, else one from a Python package. The run goes on without.
$(ALLURE)/ready: .venv/ready harness/report/allure/package-lock.json
	@mkdir -p $(ALLURE) && cp harness/report/allure/package*.json $(ALLURE)/
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null; then :; else echo "setting up Node for the Allure report (once)"; $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-node.lock; fi; \
	 PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --prefix $(ALLURE) --silent --no-audit --no-fund && touch $@ || echo "no Allure report: neither Node nor npm could be set up; report.html is complete without"
