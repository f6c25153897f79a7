"""Addresses of the pages over several rooms."""

from django.urls import path

from cops.desk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("recherche/", views.search, name="search"),
    path("composants/", views.components, name="components"),
]
