"""Addresses of the council: its people, its meetings, then its formations (any other word is one's code)."""

from governance.urls import communes, councils, meetings, organisations, people

urlpatterns = [
    *organisations.urlpatterns,
    *communes.urlpatterns,
    *people.urlpatterns,
    *meetings.urlpatterns,
    *councils.urlpatterns,
]
