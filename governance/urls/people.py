"""Addresses of people."""

from django.urls import path

from governance.views import people

urlpatterns = [
    path("personnes/<int:pk>/", people.person_detail, name="person_detail"),
]
