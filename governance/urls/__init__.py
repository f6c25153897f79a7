"""Addresses of the council: its people, its meetings, then its formations (any other word is one's code)."""

from governance.urls import (
    communes,
    convocations,
    councils,
    crises,
    decisions,
    meetings,
    minutes,
    organisations,
    pack,
    people,
    replies,
)

urlpatterns = [
    *organisations.urlpatterns,
    *communes.urlpatterns,
    *people.urlpatterns,
    *meetings.urlpatterns,
    *decisions.urlpatterns,
    *minutes.urlpatterns,
    *pack.urlpatterns,
    *crises.urlpatterns,
    *convocations.urlpatterns,
    *replies.urlpatterns,
    *councils.urlpatterns,
]
