"""Addresses of the house: desk, journal, papers, messages, accounts."""

from tests.access.decisions import (
    ADMINISTRATORS,
    CONFIRM_FIRST,
    EVERYBODY,
    EVERYBODY_LOGGED_IN,
    ITS_AGENT,
    NOBODY,
    NOT_ALLOWED,
    NOTHING_YET,
    STAFF,
    Route,
)

ROUTES = [
    # cops.desk
    Route("home", EVERYBODY_LOGGED_IN, NOT_ALLOWED),
    Route("search", EVERYBODY_LOGGED_IN, NOT_ALLOWED),
    Route("search", EVERYBODY_LOGGED_IN, NOT_ALLOWED, query="?q=pilote", of="with results"),
    Route("search", EVERYBODY_LOGGED_IN, NOT_ALLOWED, query="?q=pilote&dans=actions", of="of one kind"),
    Route("search", EVERYBODY_LOGGED_IN, NOT_ALLOWED, query="?q=a%00", of="that cannot be"),
    Route("components", STAFF, NOT_ALLOWED),
    Route("components", STAFF, NOT_ALLOWED, query="?etat=erreurs", of="with errors"),
    # cops.audit
    Route(
        "history",
        "login 403 403 403 200 200",
        NOT_ALLOWED,
        arguments=lambda world: ["action", world.own_action.pk],
    ),
    Route(
        "history",
        "login 403 403 403 404 404",
        NOT_ALLOWED,
        arguments=lambda world: ["action", 999_999],
        of="of what is not there",
    ),
    Route(
        "history_undo",
        "login 403 403 403 302 403",
        "login 403 403 403 302 403",
        arguments=lambda world: ["action", world.own_action.pk, 1],
        of="of a deed that is not there",
    ),
    # cops.documents
    Route(
        "rendering_detail",
        ITS_AGENT,
        NOT_ALLOWED,
        arguments=lambda world: [world.rendering.pk],
        of="of the agent",
    ),
    Route(
        "rendering_detail",
        "login 404 404 200 404 404",
        NOT_ALLOWED,
        arguments=lambda world: [world.member_rendering.pk],
        of="of the member",
    ),
    Route("rendering_progress", ITS_AGENT, NOT_ALLOWED, arguments=lambda world: [world.rendering.pk]),
    Route(
        "document_download",
        "login 404 404 404 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.document.pk],
        of="of the service",
    ),
    Route(
        "document_download",
        "login 404 404 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.member_document.pk],
        of="of the member",
    ),
    Route(
        "document_download",
        "login 404 200 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.attachment.document_id],
        of="attached to the lead's action",
    ),
    *(
        Route(
            "attachment_create",
            STAFF,
            STAFF,
            arguments=lambda world, key=key, of=of: [key, of(world).pk],
            of=key,
        )
        for key, of in (
            ("action", lambda world: world.own_action),
            ("reunion", lambda world: world.meeting),
            ("contrat", lambda world: world.own_action.contract),
        )
    ),
    Route(
        "attachment_create",
        "login 403 403 403 404 404",
        "login 403 403 403 404 404",
        arguments=lambda world: ["compte", world.account.pk],
        of="of what carries none",
    ),
    *(
        Route(name, STAFF, STAFF, arguments=lambda world: [world.attachment.pk])
        for name in ("attachment_edit", "attachment_replace")
    ),
    *(
        Route(name, NOT_ALLOWED, "login 403 403 403 302 302", arguments=lambda world: [world.attachment.pk])
        for name in ("attachment_withdraw", "attachment_restore")
    ),
    # cops.mail: accounts and invitations
    Route("account_list", ADMINISTRATORS, NOT_ALLOWED),
    Route("account_create", ADMINISTRATORS, ADMINISTRATORS),
    Route("account_edit", ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.account.pk]),
    *(
        Route(
            name,
            NOT_ALLOWED,
            "login 403 403 403 403 302",
            arguments=lambda world: [world.account.pk],
        )
        for name in ("account_invite", "account_deactivate", "account_reactivate")
    ),
    Route(
        "accept_invitation",
        EVERYBODY,
        EVERYBODY,
        other=NOBODY,
        arguments=lambda world: [world.token],
    ),
    Route(
        "accept_invitation",
        "410 410 410 410 410 410",
        "410 410 410 410 410 410",
        other=NOBODY,
        arguments=lambda world: ["inconnu"],
        of="that does not exist",
    ),
    # cops.mail: messages
    Route("message_list", STAFF, NOT_ALLOWED),
    Route("message_list", STAFF, NOT_ALLOWED, query="?etat=failed&q=elue", of="narrowed down"),
    Route("message_retry_failed", NOT_ALLOWED, "login 403 403 403 302 302"),
    *(
        Route(name, NOT_ALLOWED, "login 403 403 403 302 302", arguments=lambda world: [world.message.pk])
        for name in ("message_send_again", "message_consider_sent")
    ),
    # cops.users: the session, saved views
    Route("account_session", EVERYBODY_LOGGED_IN, CONFIRM_FIRST),
    Route("account_session_end", EVERYBODY_LOGGED_IN, NOT_ALLOWED),
    Route(
        "saved_view_create",
        EVERYBODY_LOGGED_IN,
        "login 302 302 302 302 302",
        query="?path=/actions/&query=annee%3D2012",
        data={"path": "/actions/", "query": "annee=2012", "name": "Ma vue"},
    ),
    Route(
        "saved_view_create",
        "login 404 404 404 404 404",
        "login 404 404 404 404 404",
        query="?path=//example.org/",
        data={"path": "//example.org/", "name": "Ailleurs"},
        of="elsewhere",
    ),
    Route(
        "saved_view_delete",
        NOT_ALLOWED,
        "login 404 404 404 302 404",
        arguments=lambda world: [world.saved_view.pk],
    ),
    # cops.users: pages of allauth, where PUT is what POST is and OPTIONS names the methods
    Route(
        "account_login",
        "200 302 302 302 302 302",
        "200 302 302 302 302 302",
        other="405 302 302 302 302 302",
        but={"PUT": "200 302 302 302 302 302", "OPTIONS": "200 302 302 302 302 302"},
    ),
    Route(
        "account_logout",
        EVERYBODY_LOGGED_IN,
        "login login login login login login",
        other=NOBODY,
        but={"OPTIONS": EVERYBODY},
    ),
    Route(
        "account_reset_password",
        EVERYBODY,
        EVERYBODY,
        other=NOBODY,
        but={"PUT": EVERYBODY, "OPTIONS": EVERYBODY},
    ),
    Route(
        "account_reset_password_from_key",
        EVERYBODY,
        EVERYBODY,
        other=EVERYBODY,
        arguments=lambda world: ["1", "abc-def"],
        of="with a key that does not exist",
    ),
    *(
        Route(name, EVERYBODY, NOBODY, other=NOBODY, but={"OPTIONS": EVERYBODY})
        for name in (
            "account_inactive",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
        )
    ),
    *(
        Route(
            name,
            EVERYBODY_LOGGED_IN,
            EVERYBODY_LOGGED_IN,
            but={"PUT": EVERYBODY_LOGGED_IN, "OPTIONS": EVERYBODY_LOGGED_IN},
        )
        for name in ("account_reauthenticate", "account_change_password")
    ),
    Route("mfa_index", EVERYBODY_LOGGED_IN, NOT_ALLOWED, but={"OPTIONS": EVERYBODY_LOGGED_IN}),
    *(
        Route(name, CONFIRM_FIRST, CONFIRM_FIRST, other=CONFIRM_FIRST)
        for name in (
            "mfa_authenticate",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_generate_recovery_codes",
        )
    ),
    *(
        Route(name, NOTHING_YET, NOTHING_YET, other=NOTHING_YET)
        for name in ("mfa_deactivate_totp", "mfa_download_recovery_codes")
    ),
    Route("mfa_view_recovery_codes", NOTHING_YET, NOT_ALLOWED, but={"OPTIONS": EVERYBODY_LOGGED_IN}),
]
