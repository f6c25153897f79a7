"""`manage.py create_administrator`: the first account of a site; a way in when no administrator is left."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.db import transaction

from cops.lib.commands import ApplicationCommand, data_fault
from cops.lib.french import squash
from cops.mail.administration import open_administrator
from cops.mail.services import invite, issue_invitation
from cops.users.models import User

DEFAULT_NAME = "Administration du site"


class Command(ApplicationCommand):
    help = (
        "Ouvre un compte d’administrateur, le premier d’un site : l’invitation part à son adresse, ou son "
        "lien est affiché une seule fois (--print-link)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="adresse électronique du compte")
        parser.add_argument(
            "--name", default=DEFAULT_NAME, metavar="NAME", help=f"nom complet ({DEFAULT_NAME} par défaut)"
        )
        parser.add_argument(
            "--print-link",
            action="store_true",
            help="affiche le lien de l’invitation au lieu de l’envoyer",
        )

    @transaction.atomic
    def handle(self, *args: Any, email: str, name: str, print_link: bool, **options: Any) -> None:
        user = _opened(email, squash(name), is_link_printed=print_link)
        if not print_link:
            invite(user, by=None)
            self.stderr.write(
                f"Le compte d’administrateur {user.email} est ouvert ; l’invitation, valable sept jours, "
                "part dès que le traitement de fond (manage.py db_worker) fonctionne."
            )
            return
        _, address = issue_invitation(user, by=None)
        self.stderr.write(
            f"Le compte d’administrateur {user.email} est ouvert. Ce lien, valable sept jours et une seule "
            "fois, sert à choisir son mot de passe ; il n’est ni envoyé ni affiché de nouveau :"
        )
        self.stdout.write(address)


def _opened(email: str, name: str, *, is_link_printed: bool) -> User:
    """A new account, or one whose invited owner has no password yet and needs another link.

    :raises CommandError: the address is not one, or has an account; exit status 1.
    """
    known = User.objects.filter(email__iexact=email.strip()).first()
    if known is None:
        try:
            return open_administrator(email=email, full_name=name)
        except ValidationError as error:
            raise data_fault(f"« {email} », « {name} » : {' '.join(error.messages)}") from error
    if is_link_printed and known.is_administrator and not known.has_usable_password():
        return known
    raise data_fault(f"Un compte existe déjà pour {known.email}. {_way_in(known)} Rien n’a été changé.")


def _way_in(user: User) -> str:
    """What to do about an account that exists."""
    if not user.is_active:
        return "Il est désactivé : un administrateur le réactive à la page « Comptes »."
    if not user.is_administrator:
        return "Il n’est pas administrateur : un administrateur change son rôle à la page « Comptes »."
    if user.has_usable_password():
        return "Il est administrateur : connectez-vous, au besoin par « Mot de passe oublié »."
    return "Il est administrateur et attend son mot de passe : --print-link affiche un nouveau lien."
