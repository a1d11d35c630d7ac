# Every chore has one name; `make help` lists them. Variables: PORT= HOST= DEMO= PYTHON= and those of .env.example.
PYTHON ?= python3
# Compiled modules make every later start twice as fast.
unexport PYTHONDONTWRITEBYTECODE
BOOT = $(PYTHON) stack/boot.py
.DEFAULT_GOAL := help
.PHONY: up down test test-long check shots bench bench-quick clean help

up: ## install what is missing, then run FloorOps here until Ctrl-C (PORT=8000 HOST=127.0.0.1 DEMO=1)
	@$(BOOT) up

down: ## stop a FloorOps that runs from this folder, and whatever a crash left
	@$(BOOT) down

test: ## the whole suite on a database and broker of its own (REQUIRE_BROWSER=1: no Chromium is a failure)
	@$(BOOT) test

test-long: ## what is too long for every run: long properties, all pages in all sizes
	@$(BOOT) test -m long

check: ## lint, format, types, borders between rooms, templates, migrations, translations, deployment settings
	@$(BOOT) check

shots: ## pictures of every page, both languages, three sizes, into shots/
	@$(BOOT) shots

bench: ## speed against the best the database can do, from five million report lines, into docs/benchmarks.md
	@$(BOOT) bench

bench-quick: ## the same in a minute, from half a million; writes nothing
	@$(BOOT) bench --quick

clean: ## forget environment, data and caches, as after a fresh clone
	@$(BOOT) clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1  /p' $(MAKEFILE_LIST) | while read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done
