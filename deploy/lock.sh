#!/usr/bin/env bash
# Pins again what pyproject.toml asks for, with hashes, for every Python and machine it supports. Needs uv.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=$(command -v uv || echo .venv/bin/uv)
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links "$@"
}
compile pyproject.toml --output-file requirements.txt
compile pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt
