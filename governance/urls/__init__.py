"""Addresses of the council: its people, its meetings, then its formations (any other word is one's code)."""

from governance.urls import communes, convocations, councils, crises, meetings, organisations, people, replies

urlpatterns = [
    *organisations.urlpatterns,
    *communes.urlpatterns,
    *people.urlpatterns,
    *meetings.urlpatterns,
    *convocations.urlpatterns,
    *replies.urlpatterns,
    *crises.urlpatterns,
    *councils.urlpatterns,
]
