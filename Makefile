# Every chore has one name. `make help` lists them. Variables: PORT= HOST= DEMO= PYTHON= (see .env.example for the others).
PYTHON ?= python3
# Compiled modules make every later start twice as fast.
unexport PYTHONDONTWRITEBYTECODE
BOOT = $(PYTHON) stack/boot.py
.DEFAULT_GOAL := help
.PHONY: up down test check shots clean help

up: ## install what is missing, then run FloorOps here until Ctrl-C (PORT=8000 HOST=127.0.0.1 DEMO=1)
	@$(BOOT) up

down: ## stop a FloorOps that runs from this folder, and whatever a crash left
	@$(BOOT) down

clean: ## forget environment, data and caches, as after a fresh clone
	@$(BOOT) clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1  /p' $(MAKEFILE_LIST) | while read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done
