"""Addresses of the accounts, for the administrator; of the invitation, for whoever holds its link; of the
messages, for the service."""

from django.urls import path

from cops.mail import message_views, views

urlpatterns = [
    path("comptes/", views.account_list, name="account_list"),
    path("comptes/nouveau/", views.account_create, name="account_create"),
    path("comptes/<int:pk>/", views.account_edit, name="account_edit"),
    path("comptes/<int:pk>/inviter/", views.account_invite, name="account_invite"),
    path("comptes/<int:pk>/desactiver/", views.account_deactivate, name="account_deactivate"),
    path("comptes/<int:pk>/reactiver/", views.account_reactivate, name="account_reactivate"),
    path("invitation/<str:token>/", views.accept_invitation, name="accept_invitation"),
    path("messages/", message_views.message_list, name="message_list"),
    path("messages/echecs/renvoyer/", message_views.message_retry_failed, name="message_retry_failed"),
    path("messages/<int:pk>/renvoyer/", message_views.message_send_again, name="message_send_again"),
    path("messages/<int:pk>/parti/", message_views.message_consider_sent, name="message_consider_sent"),
]
