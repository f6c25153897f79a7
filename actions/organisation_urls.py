"""Addresses of the organisations, whose pages show what they do in the actions."""

from django.urls import path

from actions.views.organisations import organisation_detail, organisation_list, organisation_list_export

urlpatterns = [
    path("", organisation_list, name="organisation_list"),
    path("liste.<str:form>", organisation_list_export, name="organisation_list_export"),
    path("<int:pk>/", organisation_detail, name="organisation_detail"),
]
