"""Addresses of the crisis cells."""

from django.urls import path

from governance.views import crises

urlpatterns = [
    path("cellules-de-crise/", crises.crisis_list, name="crisis_list"),
    path("cellules-de-crise/ouvrir/", crises.crisis_open, name="crisis_open"),
    path("cellules-de-crise/<int:pk>/", crises.crisis_detail, name="crisis_detail"),
    path("cellules-de-crise/<int:pk>/suivi/", crises.crisis_progress, name="crisis_progress"),
    path("cellules-de-crise/<int:pk>/noter/", crises.crisis_entry, name="crisis_entry"),
    path(
        "cellules-de-crise/<int:pk>/rectifier/<int:entry_pk>/",
        crises.crisis_correction,
        name="crisis_correction",
    ),
    path("cellules-de-crise/<int:pk>/alerter/", crises.crisis_alert, name="crisis_alert"),
    path("cellules-de-crise/<int:pk>/clore/", crises.crisis_close, name="crisis_close"),
    path("cellules-de-crise/<int:pk>/enseignements/", crises.crisis_lessons, name="crisis_lessons"),
    path("cellules-de-crise/<int:pk>/appels/", crises.crisis_calls, name="crisis_calls"),
    path("cellules-de-crise/<int:pk>/rapport/", crises.crisis_report, name="crisis_report"),
]
