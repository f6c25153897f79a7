"""Addresses of the actions."""

from django.urls import path

from actions.views.exchange import (
    import_errors,
    import_preview,
    import_upload,
    workbook_export,
    workbook_template,
)
from actions.views.listing import action_list, action_list_export
from actions.views.sheet import action_detail

urlpatterns = [
    path("", action_list, name="action_list"),
    path("liste.<str:form>", action_list_export, name="action_list_export"),
    path("<int:pk>/", action_detail, name="action_detail"),
    path("importer/", import_upload, name="import_upload"),
    path("importer/<int:pk>/", import_preview, name="import_preview"),
    path("importer/<int:pk>/erreurs.csv", import_errors, name="import_errors"),
    path("exporter/<slug:code>/", workbook_export, name="workbook_export"),
    path("modele/", workbook_template, name="workbook_template"),
]
