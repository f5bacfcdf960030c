# Everything a newcomer needs: make demo, make check, make real. `make help` lists the rest.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The demo's simulated studies and the real ones live in stores of their own; the server's jars are shared.
STATE := $(HOME)/.local/share
IN_HOME = LOCUSGRAPH_JAR_CACHE=$${LOCUSGRAPH_JAR_CACHE:-$(STATE)/locusgraph/cache/jars} LOCUSGRAPH_HOME=$${LOCUSGRAPH_HOME:-$(STATE)/locusgraph-$@}

.DEFAULT_GOAL := help
.PHONY: help setup demo real check lint types test graphiql docs lock bench-peers bench-peers-lmm science lightgcn evaluate chaos clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

$(STAMP): requirements/dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is not here; install Python 3.11 (Debian: apt-get install python3.11-venv) or say PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(STAMP) ## .venv with the locked requirements

demo: $(STAMP) ## simulated study with known truth: load, train, candidate loci
	@$(IN_HOME) $(BIN)/locusgraph demo

real: $(STAMP) ## the same on the shared real data, skipped where that folder is missing
	@if [ -f ../shared/data/studies.toml ]; then $(IN_HOME) $(BIN)/locusgraph real ../shared/data/studies.toml --report docs/real-data.md; else echo "make real: skipped, ../shared/data/studies.toml is not here"; fi

check: lint types test ## what CI runs

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

test: $(STAMP)
	$(BIN)/python -m pytest

graphiql: $(STAMP) ## GraphiQL's files for `locusgraph serve` (needs npm; checked against api/web/graphiql.lock.json)
	$(BIN)/python -m api.graphiql

docs: $(STAMP) ## write the generated documents anew
	$(BIN)/python -m api.docs

lock: $(STAMP) ## resolve the requirements anew (maintainers; needs uv)
	uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
	  --extra dev --extra analyst --upgrade pyproject.toml -o requirements/dev.lock
	uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
	  -c requirements/dev.lock pyproject.toml -o requirements/runtime.lock
	echo pyldsc==0.1.0 | uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --upgrade - -o requirements/peers.lock
	printf 'fastlmm==0.6.13\nsix\n' | uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --upgrade - -o requirements/peers-lmm.lock
	echo torch_geometric==2.8.1 | uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header $(addprefix --no-emit-package ,$(LIGHTGCN_HAS)) -c requirements/dev.lock --upgrade - -o requirements/lightgcn.lock
	echo msprime==1.4.4 | uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --no-emit-package numpy -c requirements/dev.lock --upgrade - -o requirements/science.lock

bench-peers: .venv-peers/.installed ## the programs that benchmarks compare with, in an environment of their own

.venv-peers/.installed: requirements/peers.lock
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Debian's gemma and the libraries that it needs are only unpacked, not installed (apt and dpkg-deb; else have gemma on the path)
GEMMA_PACKAGES = gemma libgsl27 libgslcblas0 libopenblas0-pthread libgfortran5 libquadmath0
bench-peers-lmm: .venv-peers/lmm/.installed .venv-peers/gemma/.installed ## mixed-model programs for lmm_exact and lmm_loco

.venv-peers/lmm/.installed: requirements/peers-lmm.lock
	$(PYTHON) -m venv .venv-peers/lmm
	.venv-peers/lmm/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv-peers/gemma/.installed:
	mkdir -p .venv-peers/gemma/deb
	cd .venv-peers/gemma/deb && apt-get download $(GEMMA_PACKAGES) && for package in *.deb; do dpkg-deb -x $$package ..; done
	@touch $@

science: $(STAMP) .venv-science/.installed ## simulation studies of LD score regression, QTL mapping and weighted testing, their tables into docs/maths
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=.venv-science $(BIN)/python -m tests.science --page docs/maths/ldsc.md
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.science.qtl --page docs/maths/qtl.md
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.science.weighting --page docs/maths/weighting.md
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.science.calibration --page docs/maths/calibration.md
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.science.scored --page docs/maths/weighting.md

# msprime is GPL: in a folder of its own, beside the locked requirements, for this command alone
.venv-science/.installed: requirements/science.lock $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade --target .venv-science -r $<
	@touch $@

# LightGCN is an extra: torch_geometric and what it needs beyond the locked requirements, in a folder of their own
LIGHTGCN_HAS = certifi charset-normalizer fsspec idna jinja2 markupsafe numpy psutil requests tqdm typing-extensions urllib3
lightgcn: .venv-lightgcn/.installed ## torch_geometric, so that evaluations also rank by LightGCN (PYTHONPATH=.venv-lightgcn)

.venv-lightgcn/.installed: requirements/lightgcn.lock $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade --target .venv-lightgcn -r $<
	@touch $@

evaluate: lightgcn ## every method on the shared simulated graphs, tables into docs/evaluation.md (about an hour of one core)
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 PYTHONPATH=.venv-lightgcn $(BIN)/locusgraph evaluate --graphs ../shared/data/pinsage --page docs/evaluation.md

# Faults on purpose: KILLS and FILES bound them, MINUTES (of each) ends them early; the same command goes on where it was
CHAOS_STATE ?= $(STATE)/locusgraph-chaos
KILLS ?= 240
FILES ?= 10000
MINUTES ?= 120
chaos: $(STAMP) ## kills, outages, full disks, bad networks and mutated files; resumable (KILLS=, FILES=, MINUTES=)
	@mkdir -p $(CHAOS_STATE); export OMP_NUM_THREADS=1 POLARS_MAX_THREADS=1; \
	  export LOCUSGRAPH_JAR_CACHE=$${LOCUSGRAPH_JAR_CACHE:-$(STATE)/locusgraph/cache/jars}; \
	  $(BIN)/python -m tests.chaos --kills $(KILLS) --minutes $(MINUTES) --state $(CHAOS_STATE)/chaos.jsonl; chaos=$$?; \
	  $(BIN)/python -m tests.fuzz --files $(FILES) --minutes $(MINUTES) --jobs 2 --state $(CHAOS_STATE)/fuzz.jsonl && exit $$chaos

clean: ## remove .venv and caches (the state folder stays)
	rm -rf $(VENV) .venv-peers .venv-science .venv-lightgcn .mypy_cache .ruff_cache .pytest_cache
