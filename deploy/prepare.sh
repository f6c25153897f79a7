#!/usr/bin/env bash
# Brings this machine to where the application can run, or its tests can; does nothing when it is there.
#
#   deploy/prepare.sh install   .venv/ with everything in Python, the tests' packages too
#   deploy/prepare.sh run       what « make run » needs: .venv/ and Pango
#   deploy/prepare.sh test      what « make test » needs: install, Pango, PostgreSQL's binaries, Chromium and what drives it,
#                               Java for the HTML checker
#   deploy/prepare.sh soak      what « make soak » needs: test, and LibreOffice and Gnumeric, which open and save our files
#
# System packages are installed with apt-get when that is allowed without asking (root, or sudo without a
# password); otherwise one line says what to install.
set -euo pipefail
cd "$(dirname "$0")/.."

goal=${1:?install, run, test or soak}

# Two calls at the same time would build the same .venv/: the second waits.
exec 9<deploy/prepare.sh
flock 9 2>/dev/null || true

say() { printf '%s\n' "$*" >&2; }

find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    say "Python 3.11 ou plus récent est nécessaire : installez-le (« apt-get install python3 » sous Debian 12 et Ubuntu 24.04), puis relancez."
    exit 1
}

has_uv() { command -v uv >/dev/null; }
has_library() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }
has_postgresql() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || { command -v initdb && command -v postgres; } >/dev/null
}
# A part of LibreOffice beside the program that starts it.
has_libreoffice() {
    local soffice
    soffice=$(command -v soffice) && [ -e "$(dirname "$(readlink -f "$soffice")")/s$1" ]
}
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null

missing_packages() {
    local name
    if [ ! -x .venv/bin/python ] && ! has_uv && ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        name=$(basename "$python")
        echo "$name-venv"
    fi
    [ "$goal" = install ] && return
    has_library libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
    [ "$goal" = run ] && return
    has_postgresql || echo postgresql
    has_chromium || echo chromium
    has_library libatomic.so.1 || echo libatomic1 # Playwright's driver needs it
    command -v java >/dev/null || echo default-jre-headless # the HTML checker needs it
    [ "$goal" = soak ] || return 0
    has_libreoffice calc || echo libreoffice-calc
    has_libreoffice writer || echo libreoffice-writer
    command -v ssconvert >/dev/null || echo gnumeric
}

# The command that may install packages without asking; empty when there is none.
installer() {
    command -v apt-get >/dev/null || return 0
    if [ "$(id -u)" = 0 ]; then
        echo "env DEBIAN_FRONTEND=noninteractive apt-get"
    elif sudo -n true 2>/dev/null; then
        echo "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get"
    fi
}

# One package after the other at the last try: one that this machine cannot have keeps none of the others out.
install_packages() {
    local apt log package
    apt=$(installer)
    [ -n "$apt" ] || return 0
    say "Installation des paquets du système : $*"
    log=$(mktemp)
    if ! $apt install -y -qq --no-install-recommends "$@" >"$log" 2>&1; then
        $apt update -qq >>"$log" 2>&1 || true
        for package in "$@"; do
            $apt install -y -qq --no-install-recommends "$package" >>"$log" 2>&1 ||
                say "Le paquet « $package » n’a pas pu être installé : $(grep -m1 '^E:' "$log" || tail -n1 "$log")"
        done
    fi
    rm -f "$log"
}

prepare_system() {
    local missing
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086
    install_packages $missing
    missing=$(missing_packages | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    say "Il manque sur cette machine : sudo apt-get install ${missing% }"
    case $missing in *-venv*) exit 1 ;; esac # the rest is told again where it is missed
}

# What the stamps hold: the requirements installed, and for which interpreter.
fingerprint() { cat "$@" .venv/pyvenv.cfg | sha256sum | cut -d' ' -f1; }

is_installed() {
    local file=$1
    [ -x .venv/bin/python ] && [ "$(cat ".venv/$file.installed" 2>/dev/null)" = "$(fingerprint "$file")" ]
}

create_environment() {
    if .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
        { has_uv || .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
        return
    fi
    rm -rf .venv
    if has_uv; then
        uv venv --quiet --no-python-downloads --python "$python" .venv
    else
        "$python" -m venv .venv
    fi
}

install_requirements() {
    local file=$1
    say "Installation des paquets Python dans .venv/ ($file)…"
    if has_uv; then
        uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r "$file"
    else
        .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$file"
    fi
}

prepare_python() {
    local file=requirements-dev.txt
    [ "$goal" = run ] && file=requirements.txt
    is_installed "$file" && return
    if ! create_environment || ! install_requirements "$file"; then
        say "L’environnement Python n’a pas pu être installé ; voyez le message ci-dessus (réseau, place sur le disque), puis relancez."
        exit 1
    fi
    fingerprint requirements.txt >.venv/requirements.txt.installed
    [ "$goal" = run ] || fingerprint requirements-dev.txt >.venv/requirements-dev.txt.installed
}

python=$(find_python)
prepare_system
prepare_python
