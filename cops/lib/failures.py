"""Plain French messages for failures of the installation, shared by the command line and the site."""

import errno

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError


def configuration_failure(error: ImproperlyConfigured) -> str:
    """What to tell whoever starts the application with an unusable configuration."""
    return f"Configuration incomplète ou incorrecte : {error}"


def database_failure(error: DatabaseError) -> str:
    """What to tell when the database cannot be used: unreachable, not migrated, or refusing the operation.

    The engine's own words are kept to their first line: the rest may quote data.
    """
    detail = str(error).strip().split("\n", 1)[0]
    if is_not_migrated(error):
        return (
            "La base de données n’est pas à jour : une table ou une colonne manque. "
            f"Lancez « python manage.py migrate », puis recommencez. ({detail})"
        )
    if isinstance(error, OperationalError):
        return (
            "La base de données ne répond pas ou refuse l’opération. Vérifiez qu’elle est démarrée et que "
            f"DATABASE_URL désigne la bonne base, puis recommencez. ({detail})"
        )
    return f"La base de données a refusé l’opération ; rien n’a été enregistré. ({detail})"


def is_not_migrated(error: DatabaseError) -> bool:
    """Whether the error says that a table or a column is missing (SQLite or PostgreSQL)."""
    text = str(error).lower()
    sqlite = "no such table" in text or "no such column" in text
    return sqlite or type(error.__cause__).__name__ in {"UndefinedTable", "UndefinedColumn"}


def is_database_out_of_reach(error: BaseException | None) -> bool:
    """Whether nothing can work until the database is started or migrated."""
    return isinstance(error, OperationalError) or (
        isinstance(error, DatabaseError) and is_not_migrated(error)
    )


def is_writing_refused(error: BaseException | None) -> bool:
    """Whether the database can be read but takes nothing: read-only, or its disk is full."""
    if not isinstance(error, DatabaseError):
        return False
    text = str(error).lower()
    sqlite = "readonly database" in text or "disk is full" in text
    return sqlite or type(error.__cause__).__name__ in {"ReadOnlySqlTransaction", "DiskFull"}


FILE_FAILURES = {
    errno.ENOENT: "le fichier ou le dossier n’existe pas",
    errno.EACCES: "l’accès est refusé",
    errno.EPERM: "l’accès est refusé",
    errno.EISDIR: "c’est un dossier",
    errno.ENOTDIR: "un élément du chemin n’est pas un dossier",
    errno.ENOSPC: "le disque est plein",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENAMETOOLONG: "le nom est trop long",
}


def file_failure(error: OSError) -> str:
    """Why a file could not be read or written, as the end of a French sentence."""
    return FILE_FAILURES.get(error.errno or 0, "le système le refuse")
