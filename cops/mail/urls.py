"""Addresses of the accounts, for the administrator, and of the invitation, for whoever holds its link."""

from django.urls import path

from cops.mail import views

urlpatterns = [
    path("comptes/", views.account_list, name="account_list"),
    path("comptes/nouveau/", views.account_create, name="account_create"),
    path("comptes/<int:pk>/", views.account_edit, name="account_edit"),
    path("comptes/<int:pk>/inviter/", views.account_invite, name="account_invite"),
    path("comptes/<int:pk>/desactiver/", views.account_deactivate, name="account_deactivate"),
    path("comptes/<int:pk>/reactiver/", views.account_reactivate, name="account_reactivate"),
    path("invitation/<str:token>/", views.accept_invitation, name="accept_invitation"),
]
