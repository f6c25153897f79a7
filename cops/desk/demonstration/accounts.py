"""One account for each role."""

from dataclasses import dataclass

from cops.users.models import User

PASSWORD = "demonstration-ouverte"  # noqa: S105 - printed at each start; the production profile refuses it


@dataclass(frozen=True, slots=True)
class Account:
    """A demonstration account, one for each role."""

    email: str
    full_name: str
    role: User.Role
    shows: str


ACCOUNTS = (
    Account(
        "agent@demo.example", "Agnès Exemple", User.Role.AGENT, "agent : saisit, convoque, importe, évalue"
    ),
    Account(
        "administrateur@demo.example",
        "Adam Exemple",
        User.Role.ADMINISTRATOR,
        "administrateur : gère les comptes et les compositions",
    ),
    Account(
        "membre@demo.example",
        "Maud Exemple",
        User.Role.NONE,
        "membre du CISPD : répond aux convocations, lit plans et rapports",
    ),
    Account("pilote@demo.example", "Paul Exemple", User.Role.NONE, "pilote : lit ses actions"),
)
AGENT, _, MEMBER, LEAD = ACCOUNTS


def load_accounts() -> None:
    """Create the accounts that are not there yet."""
    known = set(User.objects.values_list("email", flat=True))
    for account in ACCOUNTS:
        if account.email not in known:
            User.objects.create_user(account.email, PASSWORD, full_name=account.full_name, role=account.role)
