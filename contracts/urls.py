"""Addresses of the contracts."""

from django.urls import path

from contracts import views

urlpatterns = [
    path("", views.contract_list, name="contract_list"),
    path("nouveau/", views.contract_create, name="contract_create"),
    path("<slug:code>/", views.contract_detail, name="contract_detail"),
    path("<slug:code>/modifier/", views.contract_edit, name="contract_edit"),
    path("<slug:code>/signataires/", views.contract_signatories, name="contract_signatories"),
    path("<slug:code>/plan/", views.contract_plan, name="contract_plan"),
    path("<slug:code>/avenants/nouveau/", views.amendment_create, name="amendment_create"),
    path("<slug:code>/avenants/<int:pk>/", views.amendment_edit, name="amendment_edit"),
]
