# make demo: the main job on a sample city. make test: every test, the state in SQLite; make test-postgresql: those of
# the state on PostgreSQL. All set up what they need in .venv.
# The first that really starts and is new enough (a version manager's stub may not be); 3.11 is what is tested.
PYTHON ?= $(shell for each in python3.11 python3.12 python3.13 python3.14 python3; do \
  $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test test-postgresql lint bench replay lock clean setup setup-dev

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

$(VENV)/.python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "民声需要 Python 3.11 或更新的版本：请安装后再试，或用 make PYTHON=/路径/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=24"
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.txt pyproject.toml
	@echo "安装运行所需的软件包（首次约一两分钟）…"
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e . 
	@touch $@

$(VENV)/.dev: $(VENV)/.python requirements-dev.txt pyproject.toml
	@echo "安装测试所需的软件包（首次约一两分钟）…"
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime

demo: setup
	$(BIN)/minsheng demo $(ARGS)

test: setup-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

# What touches the state database, on a real PostgreSQL: a server of the tests' own. Those that start one in any case
# are in make test.
test-postgresql: setup-dev
	MINSHENG_TEST_STATE=postgresql $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder \
	  tests/accounts tests/alerts tests/monitor tests/console -m "state or not (slow or browser or office)" \
	  --ignore tests/console/test_two_machines.py --ignore tests/console/test_postgresql_trouble.py $(ARGS)

lint: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

bench: setup-dev
	$(BIN)/python -m bench $(ARGS)

# Real input: the replayed web in ../shared, crawled day by day. See bench/replay.py --help.
replay: setup-dev
	$(BIN)/python -m bench.replay $(ARGS)

lock: setup-dev
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet -o requirements.txt requirements.in
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet -o requirements-dev.txt requirements-dev.in

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
