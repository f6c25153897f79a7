"""Addresses of the council and its formations."""

from django.urls import path

from governance import views

urlpatterns = [
    path("", views.formation_list, name="formation_list"),
    path("<slug:code>/", views.formation_detail, name="formation_detail"),
]
