"""Addresses with which organisations are entered; their list and sheets show actions and lie to the right."""

from django.urls import path

from governance.views import organisations

urlpatterns = [
    path("organismes/nouveau/", organisations.organisation_create, name="organisation_create"),
    path("organismes/<int:pk>/modifier/", organisations.organisation_edit, name="organisation_edit"),
    path("organismes/<int:pk>/renommer/", organisations.organisation_rename, name="organisation_rename"),
    path("organismes/<int:pk>/noms/", organisations.organisation_names, name="organisation_names"),
    path("organismes/<int:pk>/supprimer/", organisations.organisation_delete, name="organisation_delete"),
]
