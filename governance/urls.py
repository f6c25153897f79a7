"""Addresses of the council and its formations."""

from django.urls import path

from governance import views

urlpatterns = [
    path("", views.formation_list, name="formation_list"),
    path("personnes/<int:pk>/", views.person_detail, name="person_detail"),
    path("reunions/<int:pk>/", views.meeting_detail, name="meeting_detail"),
    path("<slug:code>/", views.formation_detail, name="formation_detail"),
]
