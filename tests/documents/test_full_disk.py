"""A disk that is full while a document is being written."""

import errno
from pathlib import Path

import pytest

from cops.documents.models import Document
from tests import factories


def test_a_full_disk_leaves_neither_file_nor_row(db, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    author = factories.AgentFactory()

    def full(*args: object) -> None:
        """Called with the file open and empty, before its first byte."""
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.filesystem.locks.lock", full)
    with pytest.raises(OSError, match="No space left"):
        factories.DocumentFactory(created_by=author)
    assert not [path for path in Path(tmp_path).rglob("*") if path.is_file()]
    assert not Document.objects.exists()
