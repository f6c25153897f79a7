"""The words of the e-mails. Those of a confidential group say neither its name, nor subject, nor agenda."""

from collections.abc import Sequence

from cops.lib.civility import salutation
from cops.lib.french import NO_BREAK_SPACE, date_fr, elide
from cops.lib.service import service
from governance.convocations.facts import Facts
from governance.convocations.recipients import Departure, Recipient
from governance.meetings.changes import time_fr
from governance.models import Attendance, Convocation

Kind = Convocation.Kind

LEAVING = "Fin de convocation"
WORDS = {Kind.CALL: "Convocation", Kind.CHANGE: "Modification", Kind.CANCELLATION: "Annulation"}
SUBJECT_MAX = 77  # what fits on one line of a header


def subject_of(facts: Facts, kind: str, reason: Departure | None = None) -> str:
    """The subject of a mail, the day first so that lists of mails show it, in less than 78 characters:
    « 3 mars 2026, 14 h – Convocation : Formation plénière ». `reason`: why this person leaves."""
    day = date_fr(facts.held_on).replace(NO_BREAK_SPACE, " ")  # which mail servers may fold away
    if facts.is_written:
        when = f"{day} (date limite)"
    else:
        when = f"{day}, {time_fr(facts.starts_at)}" if facts.starts_at else day
    start = f"{when} – {LEAVING if reason else _word(facts, kind)} : "
    return start + _shortened(facts.body, SUBJECT_MAX - len(start))


def title_of(facts: Facts, kind: str) -> str:
    """The title of a letter: « Convocation : Formation plénière – CISPD, lundi 3 mars 2026 à 14 h »."""
    until = "réponse avant la fin du " if facts.is_written else ""
    return f"{_word(facts, kind)} : {facts.title}, {until}{facts.when}"[:200]


def _word(facts: Facts, kind: str) -> str:
    is_consultation = facts.is_written and kind == Kind.CALL
    return "Consultation écrite" if is_consultation else WORDS[Kind(kind)]


def _shortened(text: str, room: int) -> str:
    """The text, cut after a word where it is too long."""
    if len(text) <= room:
        return text
    cut = text[: room - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,–-") + "…"


def body_of(
    facts: Facts,
    to: Recipient,
    *,
    reply_address: str = "",
    changes: Sequence[str] = (),
    note: str = "",
    has_letter: bool = False,
) -> str:
    """The text for one person. `reply_address` is the link by which they answer; who is told that it is off
    gets none."""
    parts = [addressee(to.row), f"{salutation_of(to.row)},", _opening(facts, to, changes, note)]
    if changes and to.kind == Kind.CHANGE:
        parts.append("Ce qui change :\n" + "\n".join(f"– {change}" for change in changes))
    if note:
        parts.append(note)
    if to.kind != Kind.CANCELLATION:
        parts += _details(facts)
        parts.append(_reply(facts, to.row, reply_address))
    parts.append(_papers(to, has_letter))
    parts.append(_signature(facts))
    return "\n\n".join(part for part in parts if part) + "\n"


def salutation_of(to: Attendance) -> str:
    """« Madame la Présidente », « Madame, Monsieur ». Its `person` is loaded."""
    return salutation(to.civility, to.function)


def addressee(to: Attendance) -> str:
    """« À l’attention de Mme Inès Essai, directrice, Hamoval »."""
    described = [part for part in (to.titled, to.function, to.organisation) if part]
    return f"À l’attention {elide('de', ', '.join(described))}"


def _opening(facts: Facts, to: Recipient, changes: Sequence[str], note: str) -> str:
    what = _what(facts)
    if to.reason:
        return _farewell(facts, what, to.reason)
    if to.kind == Kind.CANCELLATION:
        return (
            f"Nous vous avions adressé une convocation à {what}, prévue le {facts.when} : elle est annulée."
        )
    if to.kind == Kind.CHANGE:
        if not changes and not note:
            return (
                f"La liste des personnes convoquées à {what} a changé. Rien d’autre ne change pour vous ; "
                "ce message remplace le précédent."
            )
        done = "modifiée" if changes else "complétée"
        return f"La convocation à {what} est {done}. Ce message remplace le précédent."
    if facts.is_written:
        return f"Votre avis est demandé dans {what}. Réponse attendue au plus tard le {facts.day}."
    return f"Nous avons l’honneur de vous convier à {what}."


def _what(facts: Facts) -> str:
    if facts.is_written:
        return f"la consultation écrite du {facts.council}" if facts.is_confidential else (
            f"la consultation écrite de la formation « {facts.body} » du {facts.council}"
        )  # fmt: skip
    return f"une réunion de travail du {facts.council}" if facts.is_confidential else (
        f"la réunion de la formation « {facts.body} » du {facts.council}"
    )  # fmt: skip


def _farewell(facts: Facts, what: str, reason: Departure) -> str:
    """Why somebody leaves a meeting that takes place without them."""
    sent = f"Nous vous avions adressé une convocation à {what}"
    because = {
        Departure.MOVED: f"Sa date est maintenant le {facts.day}, et vous n’y siégez pas ce jour-là.",
        Departure.MANDATE: f"Votre mandat ne court pas le {facts.day}, jour où elle se tient.",
        Departure.SEAT: f"Votre siège n’y est plus attribué le {facts.day}, jour où elle se tient.",
    }[reason]
    return (
        f"{sent}. {because} Ne tenez plus compte de cette convocation : son lien personnel n’a plus d’effet."
    )


def _details(facts: Facts) -> list[str]:
    lines = [f"Date limite de réponse : {facts.day}" if facts.is_written else f"Date : {facts.when}"]
    if facts.place and not facts.is_written:
        lines.append(f"Lieu : {facts.place}")
    if facts.remote_link:
        lines.append(f"Pour se connecter : {facts.remote_link}")
    if facts.subject:
        lines.append(f"Objet : {facts.subject}")
    agenda = "\n".join(_item(item.rank, item.title, item.rapporteur) for item in facts.agenda)
    return ["\n".join(lines), f"Ordre du jour :\n{agenda}" if agenda else ""]


def _item(rank: int, title: str, rapporteur: str) -> str:
    return f"{rank}. {title}" + (f" – {rapporteur}" if rapporteur else "")


def _reply(facts: Facts, to: Attendance, address: str) -> str:
    ask = (
        "Dites si vous participez à la consultation"
        if facts.is_written
        else "Dites si vous venez, ou qui vous représente"
    )
    return (
        f"{_answered(to)}{ask}, sans compte ni mot de passe, à cette adresse :\n{address}\n"
        f"Ce lien vous est personnel, ne le transmettez pas. Il sert jusqu’à la réunion."
    )


def _answered(to: Attendance) -> str:
    """What they answered already, for what, and whether it still counts; empty where they did not."""
    if not to.reply:
        return ""
    given = f"Vous aviez répondu « {to.get_reply_display()} »"
    if to.is_outdated:
        return f"{given} {to.asked_fr} : cette réponse ne compte plus, répondez de nouveau.\n"
    return f"{given} : cette réponse reste notée, vous pouvez la changer.\n"


def _papers(to: Recipient, has_letter: bool) -> str:
    if to.kind == Kind.CANCELLATION:
        return "L’invitation jointe retire la réunion de votre agenda." if to.has_calendar else (
            "La réunion reste dans l’agenda de cette adresse, où une autre personne est convoquée."
        )  # fmt: skip
    joined = "La lettre de convocation et une invitation d’agenda sont jointes" if has_letter else (
        "Une invitation d’agenda est jointe"
    )  # fmt: skip
    return f"{joined} à ce message."


def _signature(facts: Facts) -> str:
    """Who writes, and how the service that does it for them is reached."""
    return "\n".join(part for part in (facts.council, facts.agglomeration, service().signature) if part)
