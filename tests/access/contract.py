"""Addresses of contracts, actions and evaluation."""

from tests.access.decisions import AGENTS, ITS_AGENT, NOT_ALLOWED, NOTHING_YET, READERS, STAFF, Route

ROUTES = [
    # contracts
    Route("contract_list", READERS, NOT_ALLOWED),
    Route("contract_detail", READERS, NOT_ALLOWED, arguments=lambda world: [world.own_action.contract.code]),
    Route(
        "contract_detail",
        "login 403 403 404 404 404",
        NOT_ALLOWED,
        arguments=lambda world: ["cops-1900"],
        of="that does not exist",
    ),
    Route("contract_create", STAFF, STAFF),
    *(
        Route(name, STAFF, STAFF, arguments=lambda world: [world.own_action.contract.code])
        for name in ("contract_edit", "amendment_create")
    ),
    *(
        Route(
            name,
            STAFF,
            "login 403 403 403 302 302",
            arguments=lambda world: [world.own_action.contract.code],
        )
        for name in ("contract_signatories", "contract_plan")
    ),
    Route(
        "amendment_edit",
        "login 403 403 403 404 404",
        "login 403 403 403 404 404",
        arguments=lambda world: [world.own_action.contract.code, 99],
        of="that does not exist",
    ),
    # actions
    Route("action_list", "login 403 200 200 200 200", NOT_ALLOWED),
    Route(
        "action_detail",
        "login 404 200 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.own_action.pk],
        of="of the lead",
    ),
    Route(
        "action_detail",
        "login 404 404 404 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.confidential_action.pk],
        of="confidential",
    ),
    *(
        Route(
            name,
            "login 403 200 200 200 200",
            NOT_ALLOWED,
            arguments=lambda world, form=form: [form],
            of=form,
        )
        for name in ("action_list_export", "organisation_list_export")
        for form in ("xlsx", "ods", "csv")
    ),
    Route(
        "action_list_export",
        "login 403 302 302 302 302",
        NOT_ALLOWED,
        arguments=lambda world: ["csv"],
        query="?annee=douze",
        of="with a bad filter",
    ),
    Route("organisation_list", "login 403 200 200 200 200", NOT_ALLOWED),
    Route(
        "organisation_detail",
        "login 404 200 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.organisation.pk],
        of="of the lead",
    ),
    Route(
        "organisation_detail",
        "login 404 404 404 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.confidential_action.lead_id],
        of="confidential",
    ),
    Route("action_create", AGENTS, AGENTS),
    Route("action_bulk", AGENTS, AGENTS, query="?toutes=oui", of="all"),
    Route(
        "action_bulk_undo",
        "login 403 403 403 404 403",
        "login 403 403 403 404 403",
        arguments=lambda world: [1],
        of="never done",
    ),
    Route("action_carry", AGENTS, AGENTS, arguments=lambda world: [world.own_action.contract.code]),
    *(
        Route(name, AGENTS, AGENTS, arguments=lambda world: [world.own_action.pk])
        for name in ("action_copy", "action_edit")
    ),
    *(
        Route(name, AGENTS, "login 403 403 403 302 403", arguments=lambda world: [world.own_action.pk])
        for name in ("action_years", "action_indicators", "action_funding")
    ),
    Route(
        "action_year_place",
        AGENTS,
        AGENTS,
        arguments=lambda world: [world.year.action_id, world.year.year],
    ),
    Route("import_upload", AGENTS, AGENTS),
    Route(
        "import_preview",
        ITS_AGENT,
        "login 404 404 404 302 404",
        arguments=lambda world: [world.batch.pk],
    ),
    Route(
        "import_undo",
        "login 404 404 404 302 404",
        "login 404 404 404 302 404",
        arguments=lambda world: [world.batch.pk],
        of="that was not applied",
    ),
    Route("import_kept", NOTHING_YET, NOT_ALLOWED, arguments=lambda world: [world.batch.pk]),
    Route("import_errors", ITS_AGENT, NOT_ALLOWED, arguments=lambda world: [world.batch.pk]),
    Route("workbook_export", AGENTS, NOT_ALLOWED, arguments=lambda world: [world.own_action.contract.code]),
    Route("workbook_template", AGENTS, NOT_ALLOWED),
    # evaluation
    Route("evaluation_list", READERS, NOT_ALLOWED),
    Route(
        "evaluation_year",
        READERS,
        NOT_ALLOWED,
        arguments=lambda world: [world.own_action.contract.code, world.year.year],
    ),
    Route(
        "evaluation_pdf",
        NOT_ALLOWED,
        "login 403 403 302 302 302",
        arguments=lambda world: [world.own_action.contract.code, world.year.year],
    ),
    *(
        Route(
            "evaluation_export",
            READERS,
            NOT_ALLOWED,
            arguments=lambda world, form=form: [world.own_action.contract.code, world.year.year, form],
            of=form,
        )
        for form in ("xlsx", "ods", "csv", "json")
    ),
]
