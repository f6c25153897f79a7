"""The tests that the documentation names as proofs are there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@pytest.mark.parametrize("page", ["security.md", "accessibility.md"])
def test_every_test_that_is_named_as_a_proof_is_there(page):
    root = Path(settings.BASE_DIR)
    named = NAMED.findall((root / "docs" / page).read_text())
    missing = [
        (path, test)
        for path, test in named
        if not (root / path).is_file() or f"def {test or 'test_'}" not in (root / path).read_text()
    ]
    assert len(named) > 8
    assert missing == []


def test_each_promise_has_its_line():
    lines = (Path(settings.BASE_DIR) / "docs" / "security.md").read_text().splitlines()
    numbers = [int(found[1]) for line in lines if (found := re.match(r"\| (\d+) \|", line))]
    assert numbers == list(range(1, 33))
