"""Addresses of the communes."""

from django.urls import path

from governance.views import communes

urlpatterns = [
    path("communes/", communes.commune_list, name="commune_list"),
    path("communes/nouvelle/", communes.commune_create, name="commune_create"),
    path("communes/<int:pk>/modifier/", communes.commune_edit, name="commune_edit"),
    path("communes/<int:pk>/supprimer/", communes.commune_delete, name="commune_delete"),
]
