"""Addresses of the council: formations, meetings, people, organisations, communes."""

from tests.access.decisions import ADMINISTRATORS, EVERYBODY, NOBODY, NOT_ALLOWED, READERS, STAFF, Route

ROUTES = [
    # governance
    Route("formation_list", READERS, NOT_ALLOWED),
    Route("formation_detail", READERS, NOT_ALLOWED, arguments=lambda world: [world.formation.code]),
    *(
        Route(name, ADMINISTRATORS, NOT_ALLOWED, arguments=lambda world: [world.formation.code])
        for name in ("formation_manage", "seat_rule_list", "roster_template")
    ),
    *(
        Route(name, ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.formation.code])
        for name in ("formation_edit", "seat_rule_create", "roster_import")
    ),
    Route("group_create", ADMINISTRATORS, ADMINISTRATORS),
    *(
        Route(name, ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.designation.seat.rule_id])
        for name in ("seat_rule_edit", "seat_rule_change", "seat_rule_end", "designation_create")
    ),
    *(
        Route(name, ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.designation.pk])
        for name in ("designation_edit", "designation_end", "designation_replace")
    ),
    Route("roster_export", READERS, NOT_ALLOWED, arguments=lambda world: [world.formation.code, "xlsx"]),
    Route(
        "roster_pdf",
        NOT_ALLOWED,
        "login 403 403 302 302 302",
        arguments=lambda world: [world.formation.code],
    ),
    Route(
        "roster_preview",
        "login 404 404 404 404 200",
        "login 404 404 404 404 302",
        arguments=lambda world: [world.roster.pk],
    ),
    Route(
        "person_detail", "login 404 404 200 200 200", NOT_ALLOWED, arguments=lambda world: [world.person.pk]
    ),
    Route(
        "meeting_detail", "login 404 404 200 200 200", NOT_ALLOWED, arguments=lambda world: [world.meeting.pk]
    ),
    Route("meeting_list", READERS, NOT_ALLOWED),
    *(
        Route("meeting_list_export", READERS, NOT_ALLOWED, arguments=lambda world, form=form: [form], of=form)
        for form in ("xlsx", "ods", "csv")
    ),
    Route("meeting_create", STAFF, STAFF),
    *(
        Route(name, STAFF, "login 403 403 403 302 302", arguments=lambda world: [world.meeting.pk])
        for name in ("agenda_edit", "attendance_edit", "guest_list")
    ),
    Route(
        "attendance_statistics",
        "login 403 403 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.formation.code],
    ),
    Route(
        "attendance_statistics_export",
        "login 403 403 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.formation.code, "ods"],
    ),
    Route("decision_list", READERS, NOT_ALLOWED),
    *(
        Route(
            "decision_list_export", READERS, NOT_ALLOWED, arguments=lambda world, form=form: [form], of=form
        )
        for form in ("xlsx", "ods", "csv")
    ),
    Route("decision_create", STAFF, STAFF, arguments=lambda world: [world.meeting.pk]),
    Route(
        "decision_detail",
        "login 404 404 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.meeting.decisions.get().pk],
    ),
    *(
        Route(name, STAFF, STAFF, arguments=lambda world: [world.meeting.decisions.get().pk])
        for name in ("decision_edit", "decision_follow_up")
    ),
    Route(
        "decision_delete",
        STAFF,
        "login 403 403 403 302 302",
        arguments=lambda world: [world.meeting.decisions.get().pk],
    ),
    Route("minutes_edit", STAFF, "login 403 403 403 302 302", arguments=lambda world: [world.meeting.pk]),
    Route(
        "minutes_approve",
        NOT_ALLOWED,
        "login 403 403 403 302 302",
        arguments=lambda world: [world.meeting.pk],
    ),
    *(
        Route(
            name,
            NOT_ALLOWED,
            "login 404 404 302 302 302",
            arguments=lambda world: [world.meeting.pk],
        )
        for name in ("minutes_pdf", "meeting_pack", "meeting_pack_files")
    ),
    Route(
        "minutes_file",
        "login 404 404 404 404 404",
        NOT_ALLOWED,
        arguments=lambda world: [world.meeting.pk, "docx"],
        of="of a meeting without minutes",
    ),
    Route("crisis_list", READERS, NOT_ALLOWED),
    Route("crisis_open", STAFF, STAFF),
    *(
        Route(name, READERS, NOT_ALLOWED, arguments=lambda world: [world.log_entry.cell.pk])
        for name in ("crisis_detail", "crisis_progress")
    ),
    *(
        Route(name, STAFF, STAFF, arguments=lambda world: [world.log_entry.cell.pk])
        for name in ("crisis_entry", "crisis_alert", "crisis_close", "crisis_lessons")
    ),
    Route(
        "crisis_correction",
        STAFF,
        STAFF,
        arguments=lambda world: [world.log_entry.cell.pk, world.log_entry.pk],
    ),
    Route(
        "crisis_calls",
        NOT_ALLOWED,
        "login 403 403 403 302 302",
        arguments=lambda world: [world.log_entry.cell.pk],
    ),
    Route(
        "crisis_report",
        NOT_ALLOWED,
        "login 403 403 302 302 302",
        arguments=lambda world: [world.log_entry.cell.pk],
    ),
    Route("meeting_edit", STAFF, STAFF, arguments=lambda world: [world.meeting.pk]),
    Route("attendance_counts", STAFF, NOT_ALLOWED, arguments=lambda world: [world.meeting.pk]),
    *(
        Route(name, NOT_ALLOWED, "login 403 403 403 302 302", arguments=lambda world: [world.meeting.pk])
        for name in ("attendance_list_update", "attendance_sheet")
    ),
    Route(
        "meeting_step",
        NOT_ALLOWED,
        "login 403 403 403 302 302",
        arguments=lambda world: [world.meeting.pk],
        data={"step": "cancel"},
    ),
    Route(
        "meeting_step",
        NOT_ALLOWED,
        "login 403 403 403 404 404",
        arguments=lambda world: [world.meeting.pk],
        data={"step": "convene"},
        of="that its page does not offer",
    ),
    # governance: organisations
    Route("organisation_create", STAFF, STAFF),
    *(
        Route(name, STAFF, STAFF, arguments=lambda world: [world.organisation.pk])
        for name in ("organisation_edit", "organisation_rename")
    ),
    *(
        Route(name, STAFF, "login 403 403 403 302 302", arguments=lambda world: [world.organisation.pk])
        for name in ("organisation_names", "organisation_delete")
    ),
    # governance: people
    Route("person_list", READERS, NOT_ALLOWED),
    *(
        Route("person_list_export", READERS, NOT_ALLOWED, arguments=lambda world, form=form: [form], of=form)
        for form in ("xlsx", "ods", "csv")
    ),
    Route(
        "person_list_export",
        "login 403 403 302 302 302",
        NOT_ALLOWED,
        arguments=lambda world: ["csv"],
        query="?organisme=aucun",
        of="with a bad filter of people",
    ),
    Route("person_create", STAFF, STAFF),
    Route("person_edit", STAFF, STAFF, arguments=lambda world: [world.person.pk]),
    Route(
        "person_delete",
        STAFF,
        "login 403 403 403 302 302",
        arguments=lambda world: [world.person.pk],
    ),
    Route("person_account", ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.person.pk]),
    Route(
        "person_account",
        ADMINISTRATORS,
        ADMINISTRATORS,
        arguments=lambda world: [world.person_without_account.pk],
        of="of a person without",
    ),
    Route(
        "person_account_unlink",
        NOT_ALLOWED,
        "login 403 403 403 403 302",
        arguments=lambda world: [world.person.pk],
    ),
    # governance: communes
    Route("commune_list", READERS, NOT_ALLOWED),
    Route("commune_create", ADMINISTRATORS, ADMINISTRATORS),
    Route("commune_edit", ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.commune.pk]),
    Route(
        "commune_delete",
        ADMINISTRATORS,
        "login 403 403 403 403 302",
        arguments=lambda world: [world.commune.pk],
    ),
    # governance: convocations and answers
    *(
        Route(name, STAFF, STAFF, arguments=lambda world: [world.meeting.pk])
        for name in ("meeting_convoke", "meeting_notify", "meeting_cancel")
    ),
    Route(
        "convocation_letter",
        "login 403 403 403 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.meeting.pk],
    ),
    Route(
        "meeting_calendar",
        "login 404 404 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.meeting.pk],
    ),
    Route(
        "convocation_resend",
        NOT_ALLOWED,
        "login 403 403 403 302 302",
        arguments=lambda world: [world.meeting.pk, world.convened.pk],
    ),
    Route(
        "attendance_reply",
        "login 404 404 200 200 200",
        "login 404 404 200 200 200",
        arguments=lambda world: [world.meeting.pk, world.convened.pk],
        of="of the member",
    ),
    Route(
        "attendance_reply",
        "login 404 404 404 200 200",
        "login 404 404 404 200 200",
        arguments=lambda world: [world.meeting.pk, world.other_convened.pk],
        of="of somebody else",
    ),
    Route(
        "convocation_reply",
        EVERYBODY,
        EVERYBODY,
        other=NOBODY,
        arguments=lambda world: [world.reply_token],
    ),
    Route(
        "convocation_reply",
        "410 410 410 410 410 410",
        "410 410 410 410 410 410",
        other=NOBODY,
        arguments=lambda world: ["inconnu"],
        of="that does not exist",
    ),
]
