"""Addresses of the minutes."""

from django.urls import path

from governance.views import minutes

urlpatterns = [
    path("reunions/<int:pk>/compte-rendu/", minutes.minutes_edit, name="minutes_edit"),
    path("reunions/<int:pk>/compte-rendu/approuver/", minutes.minutes_approve, name="minutes_approve"),
    path("reunions/<int:pk>/compte-rendu/pdf/", minutes.minutes_pdf, name="minutes_pdf"),
    path("reunions/<int:pk>/compte-rendu.<str:form>", minutes.minutes_file, name="minutes_file"),
]
