"""Addresses of the contracts."""

from django.urls import path

from contracts import views

urlpatterns = [
    path("", views.contract_list, name="contract_list"),
    path("<slug:code>/", views.contract_detail, name="contract_detail"),
]
