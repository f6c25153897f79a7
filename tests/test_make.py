"""What `make` does for a newcomer: pinned packages, clear refusals, everything stopped and removed."""

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from packaging.requirements import Requirement

from cops.desk.processes import Program, Together

ROOT = Path(settings.BASE_DIR)


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


postgresql = _script("throwaway_postgresql")
run_tests = _script("run_tests")

needs_postgresql = pytest.mark.skipif(postgresql.binaries() is None, reason="PostgreSQL is not installed")


# Packages -------------------------------------------------------------------------------------------------


def _pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*])?==(\S+)", (ROOT / name).read_text(), re.M))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_with_its_hashes_and_without_any_address(name):
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert len(blocks) == len(_pins(name)) > 30
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in (ROOT / name).read_text()


def test_the_pins_are_those_that_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run, dev = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    for texts, name in ((run, "requirements.txt"), ([*run, *dev], "requirements-dev.txt")):
        pins = _pins(name)
        asked = [Requirement(text) for text in texts]
        wrong = [str(each) for each in asked if not each.specifier.contains(pins.get(each.name.lower(), "0"))]
        assert wrong == [], f"{name} is older than pyproject.toml: make lock"


def test_the_tests_run_with_the_packages_that_the_site_runs_with():
    run, dev = _pins("requirements.txt"), _pins("requirements-dev.txt")
    assert {name: dev.get(name) for name in run} == run


# make and prepare.sh --------------------------------------------------------------------------------------


def test_make_alone_lists_every_target():
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M)
    assert {"run", "test", "install", "soak", "bench"} <= set(targets)
    assert [target for target in targets if f"make {target} " not in shown] == []


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A folder with the project's installation files and a `bin/` that is all of PATH: no uv, no apt-get."""
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    (tmp_path / "bin").mkdir()
    for name in ("bash", "dirname", "basename", "flock", "cat", "cut", "sha256sum", "tr", "id", "rm", "env"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    return tmp_path


def _prepare(machine: Path, python: str, goal: str = "run") -> subprocess.CompletedProcess[str]:
    """Run prepare.sh where `python3` is this shell script."""
    script = machine / "bin" / "python3"
    script.write_text(f"#!{shutil.which('bash')}\n{python}\n")
    script.chmod(0o755)
    return subprocess.run(
        ["deploy/prepare.sh", goal],
        cwd=machine,
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_machine_without_a_recent_python_is_told_so(bare_machine):
    done = _prepare(bare_machine, "exit 1")
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 ou plus récent est nécessaire")
    assert done.stderr.count("\n") == 1


def test_a_machine_that_may_not_install_is_told_in_one_line_what_to_install(bare_machine):
    done = _prepare(bare_machine, 'case "$2" in *version_info*) exit 0 ;; *) exit 1 ;; esac')
    assert done.returncode == 1
    assert done.stderr == (
        "Il manque sur cette machine : sudo apt-get install python3-venv libpangoft2-1.0-0\n"
    )
    assert not (bare_machine / ".venv").exists()


def test_what_only_the_long_tests_need_is_asked_for_by_their_goal_alone(bare_machine):
    script = 'case "$2" in *version_info*) exit 0 ;; *) exit 1 ;; esac'
    asked = {goal: set(_prepare(bare_machine, script, goal).stderr.split()) for goal in ("test", "soak")}
    assert asked["soak"] - asked["test"] == {"libreoffice-calc", "libreoffice-writer", "gnumeric"}
    assert asked["test"] < asked["soak"]


def test_long_tests_that_cannot_run_are_named_and_fail_in_ci(monkeypatch, capsys):
    monkeypatch.setattr(run_tests.shutil, "which", lambda name: None)
    monkeypatch.setattr(run_tests, "binaries", lambda: None)
    session = run_tests.Session([])
    run_tests.run_soak(session)
    packages = ("libreoffice-calc", "libreoffice-writer", "gnumeric", "postgresql")
    assert [line.rsplit(" ", 1)[1] for line in session.missing] == list(packages)
    monkeypatch.setenv("CI", "true")
    assert session.conclude() == 1
    monkeypatch.setenv("CI", "")
    assert session.conclude() == 0


# The demonstration ----------------------------------------------------------------------------------------


def _serve(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "serve", *arguments],
        cwd=ROOT,
        env=_demonstration(var) | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _demonstration(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PORT")}
    return kept | {"COPS_VAR": str(var), "DJANGO_SETTINGS_MODULE": "cops.settings"}


def test_a_port_in_use_is_said_and_nothing_is_changed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = _serve(tmp_path / "var", PORT=str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Le port {port} est déjà utilisé ; rien n’a été lancé.")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "var" / "cops.sqlite3").exists()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_what_is_no_port_is_refused(tmp_path, port):
    done = _serve(tmp_path / "var", f"--port={port}")
    assert done.returncode == 2
    assert f"« {port} » n’est pas un port" in done.stderr


def test_production_is_not_served_by_the_demonstration(tmp_path):
    production = {
        "COPS_PROFILE": "production",
        "SECRET_KEY": "k7Zt2x9QpL4mVb8NcR1sYdJ6wHf3GeTuAiXoPqWzMnBvClKj5D0",
        "DATABASE_URL": f"sqlite:///{tmp_path}/base.sqlite3",
        "COPS_HOSTS": "cops.example.org",
        "EMAIL_URL": "smtp+tls://127.0.0.1:25",
        "COPS_EMAIL_FROM": "cops@example.org",
    }
    for arguments in ([], ["--reset"]):
        done = _serve(tmp_path / "var", *arguments, **production)
        assert done.returncode == 1
        assert "deux services" in done.stderr
    assert not (tmp_path / "base.sqlite3").exists()


class Site:
    """The demonstration running on a free port."""

    def __init__(self, var: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.output = var / "output.txt"
        var.mkdir(exist_ok=True)
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=_demonstration(var),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        _until(lambda: "Le site est prêt" in self.text or self.process.poll() is not None, 90)
        assert self.process.poll() is None, self.text

    @property
    def text(self) -> str:
        return self.output.read_text()

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as response:
            return response.status, response.headers["Content-Security-Policy"]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def children(self) -> list[int]:
        listing = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listing.split()]


def _until(condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


def _is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]
    except FileNotFoundError:
        return False


def test_the_demonstration_starts_answers_stops_and_keeps_its_data(tmp_path):
    var = tmp_path / "var"
    site = Site(var)
    assert f"http://localhost:{site.port}" in site.text
    for role in ("agent", "administrateur", "membre", "pilote"):
        assert re.search(rf"^  {role}@\S+ +{role}", site.text, re.M), role
    status, policy = site.get("/compte/connexion/")
    assert status == 200
    assert "unsafe" not in policy
    refused = _serve(var, "--reset")
    assert (refused.returncode, "en marche" in refused.stderr) == (1, True)
    assert site.stop() == 0
    with socket.create_server(("127.0.0.1", site.port)):
        pass  # the port is free again

    again = Site(var)
    assert "démonstration chargées" not in again.text
    children = again.children()
    assert len(children) == 2
    again.process.kill()
    again.process.wait(10)
    _until(lambda: not any(map(_is_running, children)), 15)

    database = var / "cops.sqlite3"
    subprocess.run(
        [sys.executable, "-c", f"import sqlite3; sqlite3.connect({str(database)!r}).execute("
         "'ALTER TABLE governance_commune ADD COLUMN oubliee text')"],
        check=True,
    )  # fmt: skip
    outdated = _serve(var, f"--port={again.port}")
    assert outdated.returncode == 1
    assert "autre version du projet (tables différentes : governance_commune)" in outdated.stderr
    assert "make reset" in outdated.stderr
    assert _serve(var, "--reset").returncode == 0
    assert Path(var, "cops.sqlite3").stat().st_size > 0


# Programs that run together -------------------------------------------------------------------------------


def _program(name: str, code: str) -> Program:
    return Program(name, (sys.executable, "-c", code))


def test_when_one_program_ends_the_other_is_stopped_and_the_one_that_ended_is_named(tmp_path):
    pid = tmp_path / "pid"
    patient = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    hasty = f"import os, time\nwhile not os.path.exists({str(pid)!r}): time.sleep(0.05)"
    together = Together([_program("Le patient", patient), _program("Le pressé", hasty)], cwd=str(tmp_path))
    ended = together.run(lambda: True)
    assert ended is not None
    assert ended.name == "Le pressé"
    assert not _is_running(int(pid.read_text()))


def test_a_program_that_cannot_start_leaves_none_behind(tmp_path):
    started: list[int] = []

    class Watched(Together):
        def _start(self, program):
            process = super()._start(program)
            started.append(process.pid)
            return process

    programs = [_program("Le patient", "import time; time.sleep(60)"), Program("L’absent", ("/absent",))]
    with pytest.raises(FileNotFoundError):
        Watched(programs, cwd=str(tmp_path)).run(lambda: True)
    assert len(started) == 1
    assert not _is_running(started[0])


# The throw-away PostgreSQL and the summary ----------------------------------------------------------------


@needs_postgresql
def test_the_throwaway_server_answers_and_is_gone_afterwards(tmp_path):
    folder = tmp_path / "folder"
    code = (
        "import os, environ, psycopg2; url = environ.Env.db_url_config(os.environ['DATABASE_URL']);"
        "c = psycopg2.connect(host=url['OPTIONS']['host'], user=url['USER'], dbname=url['NAME']);"
        f"open({str(folder)!r}, 'w').write(url['OPTIONS']['host']); c.close(); raise SystemExit(7)"
    )
    assert postgresql.main([sys.executable, "-c", code]) == 7
    assert folder.read_text()
    assert not Path(folder.read_text()).exists()


@needs_postgresql
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_throwaway_server_is_gone_as_well(tmp_path, number):
    code = "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(60)"
    script = ROOT / "deploy" / "throwaway_postgresql.py"
    process = subprocess.Popen([sys.executable, script, sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    folder = Path(process.stdout.readline().decode().strip().partition("host=")[2])
    assert folder.is_dir()
    process.send_signal(number)
    assert process.wait(30) == 130
    process.stdout.close()
    assert not folder.exists()


def test_without_its_binaries_the_throwaway_server_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(postgresql, "binaries", lambda: None)
    assert postgresql.main(["true"]) == 1
    assert capsys.readouterr().err == "PostgreSQL n’est pas installé : apt-get install postgresql\n"


@pytest.mark.parametrize(("is_ci", "status"), [("true", 1), ("", 0)])
def test_a_part_that_cannot_run_is_named_last_and_fails_in_ci_only(monkeypatch, capsys, is_ci, status):
    monkeypatch.setenv("CI", is_ci)
    session = run_tests.Session([], total=run_tests.Count(3, 0, 1))
    session.miss("tests dans le navigateur", "chromium")
    assert session.conclude() == status
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "3 passed, 0 failed, 1 skipped"
    assert (
        "Partie non exécutée : tests dans le navigateur. Pour l’exécuter : sudo apt-get install chromium"
        in lines
    )


def test_counts_add_up_and_an_unreadable_result_is_a_failure(tmp_path):
    results = tmp_path / "results.xml"
    results.write_text(
        '<testsuites><testsuite tests="9" errors="1" failures="2" skipped="1"></testsuite></testsuites>'
    )
    assert run_tests._count(results) == run_tests.Count(passed=5, failed=3, skipped=1)
    assert run_tests._count(tmp_path / "absent.xml") == run_tests.Count(failed=1)
