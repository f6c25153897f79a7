"""Addresses of the actions."""

from django.urls import path

from actions.views.bulk import action_bulk, action_bulk_undo
from actions.views.carrying import action_carry
from actions.views.entering import (
    action_copy,
    action_create,
    action_edit,
    action_funding,
    action_indicators,
    action_year_place,
    action_years,
)
from actions.views.exchange import (
    import_errors,
    import_kept,
    import_preview,
    import_undo,
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
    path("en-lot/", action_bulk, name="action_bulk"),
    path("en-lot/<int:key>/annuler/", action_bulk_undo, name="action_bulk_undo"),
    path("reconduire/<slug:code>/", action_carry, name="action_carry"),
    path("nouvelle/", action_create, name="action_create"),
    path("<int:pk>/copier/", action_copy, name="action_copy"),
    path("<int:pk>/modifier/", action_edit, name="action_edit"),
    path("<int:pk>/annees/", action_years, name="action_years"),
    path("<int:pk>/annees/<int:year>/", action_year_place, name="action_year_place"),
    path("<int:pk>/indicateurs/", action_indicators, name="action_indicators"),
    path("<int:pk>/financements/", action_funding, name="action_funding"),
    path("importer/", import_upload, name="import_upload"),
    path("importer/<int:pk>/", import_preview, name="import_preview"),
    path("importer/<int:pk>/annuler/", import_undo, name="import_undo"),
    path("importer/<int:pk>/conservees.csv", import_kept, name="import_kept"),
    path("importer/<int:pk>/erreurs.csv", import_errors, name="import_errors"),
    path("exporter/<slug:code>/", workbook_export, name="workbook_export"),
    path("modele/", workbook_template, name="workbook_template"),
]
