"""Addresses of the council: its people, its meetings, then its formations (any other word is one's code)."""

from governance.urls import councils, meetings, people

urlpatterns = [*people.urlpatterns, *meetings.urlpatterns, *councils.urlpatterns]
