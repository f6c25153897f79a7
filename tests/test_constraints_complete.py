"""Every constraint of every model has its case."""

import importlib.util
from pathlib import Path
from types import ModuleType

from tests.constraints import Case, declared_constraints

TESTS = Path(__file__).parent


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"cases_of_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_constraint_has_a_case_and_every_case_a_constraint():
    cases: list[Case] = []
    for path in [*TESTS.glob("*/test_constraints.py"), TESTS / "test_choices_held.py"]:
        cases += _load(path).CASES
    names = [case.constraint for case in cases]
    assert sorted(names) == sorted(declared_constraints())
