# What a newcomer needs is « make run » and « make test »; « make help » lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run reset test soak bench install lint lock

PORT ?= 8000
export PORT
PYTHON := .venv/bin/python

help: ## affiche cette liste
	@grep -hE '^[a-z]+:.* ## ' $(MAKEFILE_LIST) | awk -F ':.* ## ' '{ printf "  make %-9s %s\n", $$1, $$2 }'

run: ## lance la démonstration (PORT=8001 make run : sur un autre port)
	@deploy/prepare.sh run
	@exec $(PYTHON) manage.py serve

reset: ## efface les données de la démonstration et les reconstruit
	@deploy/prepare.sh run
	@exec $(PYTHON) manage.py serve --reset

test: ## lance tous les tests, sur SQLite et sur un PostgreSQL jetable
	@deploy/prepare.sh test
	@exec $(PYTHON) deploy/run_tests.py

soak: ## lance les tests de longue durée
	@deploy/prepare.sh soak
	@exec $(PYTHON) deploy/run_tests.py --soak

bench: ## mesure de nouveau les rapports de benchmarks/README.md
	@deploy/prepare.sh install
	@exec $(PYTHON) deploy/run_benchmarks.py

install: ## installe seulement l’environnement .venv/, avec les paquets des tests
	@deploy/prepare.sh install

lint: ## vérifie le style, les types, la mise en forme et les gabarits
	@deploy/prepare.sh install
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy .
	$(PYTHON) -m djlint templates --lint

lock: ## fige de nouveau les versions demandées par pyproject.toml (demande uv)
	@deploy/lock.sh
