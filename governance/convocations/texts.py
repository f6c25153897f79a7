"""The words of the e-mails. Those of a confidential group say neither its name, nor subject, nor agenda."""

from collections.abc import Sequence

from cops.lib.french import NO_BREAK_SPACE, date_fr, elide
from governance.convocations.facts import Facts
from governance.meetings.changes import time_fr
from governance.models import Attendance, Convocation

Kind = Convocation.Kind

WORDS = {Kind.CALL: "Convocation", Kind.CHANGE: "Modification", Kind.CANCELLATION: "Annulation"}
SUBJECT_MAX = 77  # what fits on one line of a header
SALUTATION = "Madame, Monsieur,"


def subject_of(facts: Facts, kind: str) -> str:
    """The subject of a mail, the day first so that lists of mails show it, in less than 78 characters:
    « 3 mars 2026, 14 h – Convocation : Formation plénière »."""
    day = date_fr(facts.held_on).replace(NO_BREAK_SPACE, " ")  # which mail servers may fold away
    if facts.is_written:
        when = f"{day} (date limite)"
    else:
        when = f"{day}, {time_fr(facts.starts_at)}" if facts.starts_at else day
    start = f"{when} – {_word(facts, kind)} : "
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
    kind: str,
    to: Attendance,
    *,
    reply_address: str,
    changes: Sequence[str] = (),
    note: str = "",
    has_letter: bool = False,
    is_still_held: bool = False,
) -> str:
    """The text for one person. `reply_address` is empty where no answer is asked for.

    `is_still_held` tells a cancellation for this person alone from one of the meeting.
    """
    parts = [addressee(to), SALUTATION, _opening(facts, kind, is_still_held)]
    if changes:
        parts.append("Ce qui change :\n" + "\n".join(f"– {change}" for change in changes))
    if note:
        parts.append(note)
    if kind != Kind.CANCELLATION:
        parts += _details(facts)
        parts.append(_reply(facts, to, reply_address) if reply_address else "")
    parts.append(_papers(kind, has_letter))
    parts.append(_signature(facts))
    return "\n\n".join(part for part in parts if part) + "\n"


def addressee(to: Attendance) -> str:
    """« À l’attention d’Inès Essai, directrice, Hamoval »."""
    described = [part for part in (to.name, to.function, to.organisation) if part]
    return f"À l’attention {elide('de', ', '.join(described))}"


def _opening(facts: Facts, kind: str, is_still_held: bool) -> str:
    if facts.is_written:
        what = f"la consultation écrite du {facts.council}" if facts.is_confidential else (
            f"la consultation écrite de la formation « {facts.body} » du {facts.council}"
        )  # fmt: skip
    else:
        what = f"une réunion de travail du {facts.council}" if facts.is_confidential else (
            f"la réunion de la formation « {facts.body} » du {facts.council}"
        )  # fmt: skip
    if kind == Kind.CANCELLATION:
        if is_still_held:
            gone = "a changé, et vous n’y siégez plus ce jour-là"
            return f"La date de {what} {gone} : ne tenez plus compte de la convocation reçue."
        return f"Nous vous avions convié à {what}, prévue le {facts.when} : elle est annulée."
    if kind == Kind.CHANGE:
        return f"La convocation à {what} est modifiée. Ce message remplace le précédent."
    if facts.is_written:
        return f"Votre avis est demandé dans {what}. Réponse attendue au plus tard le {facts.day}."
    return f"Nous avons l’honneur de vous convier à {what}."


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
        else "Dites si vous serez présent, représenté ou excusé"
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


def _papers(kind: str, has_letter: bool) -> str:
    if kind == Kind.CANCELLATION:
        return "L’invitation jointe retire la réunion de votre agenda."
    joined = "La lettre de convocation et une invitation d’agenda sont jointes" if has_letter else (
        "Une invitation d’agenda est jointe"
    )  # fmt: skip
    return f"{joined} à ce message."


def _signature(facts: Facts) -> str:
    return "\n".join(part for part in (facts.contact, facts.council, facts.agglomeration) if part)
