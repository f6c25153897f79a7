"""From a file's bytes to its sheets, whatever the format; what cannot be read becomes a fault of the file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath

from actions.workbook.archive import (
    DAMAGED,
    FILE_MAX,
    MEBIBYTE,
    UnreadableWorkbook,
    WorkbookArchive,
    damaged,
    open_archive,
    protected,
    read_part,
)
from actions.workbook.cells import quoted
from actions.workbook.delimited import read_csv
from actions.workbook.faults import Fault
from actions.workbook.grid import Grid
from actions.workbook.ods import read_ods
from actions.workbook.xlsx import read_xlsx
from cops.lib.failures import file_failure
from cops.lib.tables import ODS_TYPE

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OLE = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Workbook:
    """The sheets of a file as found, in the file's order, or the fault that kept it from being read."""

    filename: str
    grids: tuple[Grid, ...] = ()
    fault: Fault | None = None


def read_workbook(data: bytes, filename: str) -> Workbook:
    """The .xlsx or .ods workbook in `data`. Never raises: a file that cannot be read carries its fault."""
    return _guarded(filename, lambda: _read(data, filename))


def read_sheet(data: bytes, filename: str, sheet: str) -> Workbook:
    """A .csv with the rows of one sheet, as a workbook of that sheet alone. Never raises."""
    return _guarded(filename, lambda: [_read_one(data, sheet)])


def read_file(path: Path) -> Workbook:
    """The workbook in a file. Never raises: a file that cannot be opened is a fault of the file."""
    return _guarded(path.name, lambda: _read(_content(path), path.name))


def _content(path: Path) -> bytes:
    try:
        if not path.exists():
            raise UnreadableWorkbook(f"Le fichier {quoted(str(path))} n’existe pas.")
        if not path.is_file():
            raise UnreadableWorkbook(f"{quoted(str(path))} n’est pas un fichier.")
        with path.open("rb") as file:
            return file.read(FILE_MAX + 1)
    except OSError as error:
        raise UnreadableWorkbook(
            f"Impossible de lire {quoted(str(path))} : {file_failure(error)}."
        ) from error


def _guarded(filename: str, read: Callable[[], list[Grid]]) -> Workbook:
    try:
        return Workbook(filename, tuple(read()))
    except UnreadableWorkbook as error:
        return Workbook(filename, fault=Fault(error.sheet, error.row, "", "", str(error)))
    except DAMAGED:
        return Workbook(filename, fault=Fault("", 0, "", "", str(damaged())))


def _read_one(data: bytes, sheet: str) -> Grid:
    _check_size(data)
    if data.startswith((b"PK", _OLE)):
        raise UnreadableWorkbook("Un fichier .csv est attendu ici ; celui-ci est un classeur.")
    return read_csv(data, sheet)


def _read(data: bytes, filename: str) -> list[Grid]:
    _check_size(data)
    if data.startswith(_OLE):
        raise protected() if _ENCRYPTED_OLE in data else _old_format()
    if not data.startswith(b"PK\x03\x04"):
        raise _not_a_workbook(filename)
    with open_archive(data) as archive:
        extension, read = _format(archive, filename)
        named = PurePath(filename).suffix.lower()
        if named != extension:
            raise UnreadableWorkbook(
                f"Le contenu de {quoted(filename)} est celui d’un classeur {extension}, ce que son nom ne "
                f"dit pas. Renommez-le en {extension}, puis recommencez."
            )
        return read(archive)


def _check_size(data: bytes) -> None:
    if len(data) > FILE_MAX:
        raise UnreadableWorkbook(f"Le fichier pèse plus de {FILE_MAX // MEBIBYTE} Mio, la taille maximale.")


def _format(archive: WorkbookArchive, filename: str) -> tuple[str, Callable[[WorkbookArchive], list[Grid]]]:
    if archive.part("[Content_Types].xml"):
        return ".xlsx", read_xlsx
    if read_part(archive, "mimetype").strip() == ODS_TYPE.encode():
        return ".ods", read_ods
    raise _not_a_workbook(filename)


def _not_a_workbook(filename: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        f"{quoted(filename)} n’est pas un classeur : un fichier .xlsx ou .ods est attendu (dans votre "
        "tableur : Enregistrer sous, type « Classeur Excel (.xlsx) » ou « Classeur ODF (.ods) »)."
    )


def _old_format() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "Le fichier est dans l’ancien format .xls. Ouvrez-le dans un tableur, enregistrez-le en .xlsx ou "
        ".ods, puis recommencez."
    )
