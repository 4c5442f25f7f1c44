# The verbs of this project; `make help` lists them. Everything is built below .venv/, models/ and var/.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint train check answer-page lock bench clean

NDIHMA := .venv/app/bin/ndihma
PY := .venv/app/bin/python

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run:  ## set up what is missing, start everything, stop with Ctrl-C
	@tools/bootstrap.sh
	@exec $(NDIHMA) serve

setup:  ## environments, model, database, demo customers; starts nothing
	@tools/bootstrap.sh
	@exec $(NDIHMA) setup

test:  ## every check: style, types, content, unit, integration, language and end-to-end tests
	@tools/bootstrap.sh --dev
	@tools/test.sh

lint:  ## style and types only
	@tools/bootstrap.sh --dev
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && $(PY) -m mypy --strict tools/bootstrap.py

train:  ## train the model for the present data
	@tools/bootstrap.sh
	@exec $(NDIHMA) train

check:  ## check the content: facts, sources, rules, buttons, training sentences
	@tools/bootstrap.sh
	@exec $(NDIHMA) check

answer-page:  ## write docs/account-answers.md, every answer to every account state, anew
	@tools/bootstrap.sh --dev
	@NDIHMA_WRITE_ANSWER_PAGE=1 $(PY) -m pytest -q tests/unit/actions/test_answer_page.py

bench:  ## measure set-up, training, start, memory and reply times
	@tools/bootstrap.sh --dev
	@$(NDIHMA) setup
	@$(PY) -m bench

lock:  ## compile requirements/*.in to locked requirements/*.txt
	@tools/bootstrap.sh --dev
	@tools/lock.sh

clean:  ## remove environments, models and caches; keeps var/ (databases, logs)
	rm -rf .venv models build .pytest_cache .mypy_cache .ruff_cache .hypothesis ndihma.egg-info
