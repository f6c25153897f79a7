"""Error pages: what happened and what to do. They do without the database, but for
the form that comes back."""

import sys
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cops.audit import entering, kept
from cops.lib.error_pages import error_page
from cops.lib.failures import is_database_out_of_reach, is_writing_refused
from cops.lib.service import service


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return error_page(
        request,
        400,
        "Demande incomprise",
        "Le serveur n’a pas compris cette demande. Revenez en arrière et recommencez.",
    )


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return error_page(
        request,
        403,
        "Accès réservé",
        "Votre compte n’ouvre pas cette page. Si vous pensez en avoir besoin, adressez-vous au "
        f"{service().named}.",
    )


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return error_page(
        request,
        404,
        "Page introuvable",
        "Cette page n’existe pas, ou n’existe plus, ou n’est pas ouverte à votre compte.",
    )


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Called by the rate limits of the account pages."""
    return error_page(
        request,
        429,
        "Trop de tentatives",
        "Vous avez envoyé trop de demandes en peu de temps. Attendez quelques minutes, puis recommencez. "
        "Si vous avez oublié votre mot de passe, utilisez le lien « Mot de passe oublié » de la page de "
        "connexion.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the exception, so a database that is down can be told apart."""
    error = sys.exc_info()[1]
    if is_writing_refused(error):
        return read_only(request)
    if is_database_out_of_reach(error):
        return service_unavailable(request)
    return error_page(
        request,
        500,
        "Une erreur est survenue",
        "Elle a été notée. Rien n’a été enregistré de cette demande : revenez en arrière et recommencez.",
    )


def read_only(request: HttpRequest) -> HttpResponse:
    """The database answers but takes nothing: it is being moved or saved, or its disk is full."""
    return error_page(
        request,
        503,
        "Rien ne peut être enregistré pour l’instant",
        "La base de données se lit mais n’accepte aucune écriture : rien n’a été enregistré de cette "
        "demande, et personne ne peut se connecter. Revenez en arrière et recommencez dans quelques "
        "minutes ; si cela dure, prévenez l’administrateur du site.",
    )


def service_unavailable(request: HttpRequest) -> HttpResponse:
    return error_page(
        request,
        503,
        "Site momentanément indisponible",
        "La base de données ne répond pas ou n’est pas à jour. Rien n’a été enregistré de cette demande. "
        "Réessayez dans quelques minutes ; si cela dure, prévenez l’administrateur du site.",
        is_database_away=True,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of ours that was open while its author logged in again comes back filled in, to be sent anew:
    its signed ticket is something that no foreign page can know.

    But whoever has an account has tickets: without any of our cookies, which browsers send from our own pages
    alone, it may be their page, and keeping it would put a new session in the place of the reader's.
    """
    ours = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    is_ours = any(request.COOKIES.get(name) for name in ours)
    if is_ours and entering.may_keep(request.POST) and kept.keep(request):
        return redirect(request.get_full_path())
    return error_page(
        request,
        403,
        "Formulaire expiré",
        "Ce formulaire a été ouvert avant votre dernière connexion, ou les cookies sont refusés. "
        "Revenez en arrière, actualisez la page et envoyez-le de nouveau.",
    )
