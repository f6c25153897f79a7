"""Addresses of meetings."""

from django.urls import path

from governance.views import meetings

urlpatterns = [
    path("reunions/<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
]
