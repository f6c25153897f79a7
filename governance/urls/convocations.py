"""Addresses of convocations."""

from django.urls import path

from governance.views import convocations

urlpatterns = [
    path("reunions/<int:pk>/convoquer/", convocations.meeting_convoke, name="meeting_convoke"),
    path("reunions/<int:pk>/prevenir/", convocations.meeting_notify, name="meeting_notify"),
    path("reunions/<int:pk>/annuler/", convocations.meeting_cancel, name="meeting_cancel"),
    path("reunions/<int:pk>/convocation.pdf", convocations.convocation_letter, name="convocation_letter"),
    path("reunions/<int:pk>/agenda.ics", convocations.meeting_calendar, name="meeting_calendar"),
    path(
        "reunions/<int:pk>/convoques/<int:attendance>/renvoyer/",
        convocations.convocation_resend,
        name="convocation_resend",
    ),
]
