"""Addresses of the pack of a meeting."""

from django.urls import path

from governance.views import pack

urlpatterns = [
    path("reunions/<int:pk>/dossier/", pack.meeting_pack, name="meeting_pack"),
    path("reunions/<int:pk>/dossier/pieces/", pack.meeting_pack_files, name="meeting_pack_files"),
]
