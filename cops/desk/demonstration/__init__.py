"""The demonstration: invented people, accounts, meetings and figures, which say that they are invented."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from actions.models import Action
from actions.workbook import import_workbook, read_workbook
from cops.desk.demonstration.accounts import ACCOUNTS, AGENT, PASSWORD, load_accounts
from cops.desk.demonstration.council import load_people
from cops.desk.demonstration.crisis import load_crisis
from cops.desk.demonstration.group import load_group
from cops.desk.demonstration.meetings import load_meetings
from cops.desk.demonstration.papers import attach_to_action
from cops.users.models import User

__all__ = ["ACCOUNTS", "PASSWORD", "load_demonstration"]

WORKBOOK = settings.BASE_DIR / "fixtures" / "demo-2009-2014.xlsx"


@transaction.atomic
def load_demonstration(today: date | None = None) -> None:
    """Store the demonstration where it is not there yet; what somebody changed since is left as it is.

    Meetings stand around `today`, so that something is to be done whenever it is loaded. No message is sent:
    those shown as sent were never put into the outbox.
    """
    today = today or timezone.localdate()
    load_accounts()
    agent = User.objects.get(email=AGENT.email)
    people = load_people(today)
    if not Action.objects.exists():
        plan = import_workbook(read_workbook(WORKBOOK.read_bytes(), WORKBOOK.name))
        if plan.faults:
            raise ValueError(f"the demonstration workbook has a fault: {plan.faults[0]}")
        people.give_lead_their_actions()
        attach_to_action(by=agent)
    load_group(today, by=agent)
    load_meetings(today, by=agent)
    load_crisis(today, by=agent)
