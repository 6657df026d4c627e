# Every verb of the project. Works with GNU Make 3.81 (macOS) and newer.
PORT  ?= 8000
STAGE ?= following
TESTS ?= tests
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test check bench demo messages format clean

help: ## print these verbs
	@echo "Hemtag. The verbs:"
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' Makefile

run: ## set everything up and serve http://127.0.0.1:8000 (PORT=… for another port)
	@scripts/run

test: ## set up what the tests need, a Chromium included, and run every test (TESTS=… for some)
	@scripts/test $(TESTS)

check: ## lint, format, types, import contracts, migrations, templates, translations
	@scripts/setup dev
	@.venv/bin/python scripts/check.py

bench: ## run the benchmarks and print them as JSON on standard output
	@scripts/setup dev >&2
	@.venv/bin/python -m bench

demo: ## reset the demo round (STAGE=open|submitted|assessed|decided|following)
	@scripts/demo $(STAGE)

messages: ## collect the Swedish strings and update and compile the English translation
	@scripts/setup dev
	@.venv/bin/python scripts/messages.py

format: ## format the code and mend what the linter can mend
	@scripts/setup dev
	@.venv/bin/ruff check --fix-only src tests bench scripts manage.py
	@.venv/bin/ruff format src tests bench scripts manage.py

clean: ## remove what was made here: environments, tools, caches, database and files
	@scripts/clean
