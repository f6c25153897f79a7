"""Addresses of people."""

from django.urls import path

from governance.views import people

urlpatterns = [
    path("personnes/", people.person_list, name="person_list"),
    path("personnes/liste.<str:form>", people.person_list_export, name="person_list_export"),
    path("personnes/nouvelle/", people.person_create, name="person_create"),
    path("personnes/<int:pk>/", people.person_detail, name="person_detail"),
    path("personnes/<int:pk>/modifier/", people.person_edit, name="person_edit"),
    path("personnes/<int:pk>/compte/", people.person_account, name="person_account"),
    path("personnes/<int:pk>/compte/retirer/", people.person_account_unlink, name="person_account_unlink"),
    path("personnes/<int:pk>/supprimer/", people.person_delete, name="person_delete"),
]
