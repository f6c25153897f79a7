"""Addresses of the answers to convocations."""

from django.urls import path

from governance.views import replies

urlpatterns = [
    path("convocation/<str:token>/", replies.convocation_reply, name="convocation_reply"),
    path(
        "reunions/<int:pk>/convoques/<int:attendance>/reponse/",
        replies.attendance_reply,
        name="attendance_reply",
    ),
]
