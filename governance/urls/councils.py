"""Addresses of the formations; those with a free word in them come last."""

from django.urls import path

from governance.views import councils

urlpatterns = [
    path("", councils.formation_list, name="formation_list"),
    path("<slug:code>/", councils.formation_detail, name="formation_detail"),
]
