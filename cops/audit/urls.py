"""Addresses of the history: what kind of object, which one, which deed."""

from django.urls import path

from cops.audit import views

urlpatterns = [
    path("<slug:kind>/<int:pk>/", views.history, name="history"),
    path("<slug:kind>/<int:pk>/annuler/<int:key>/", views.history_undo, name="history_undo"),
]
