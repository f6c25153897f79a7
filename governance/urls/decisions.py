"""Addresses of decisions."""

from django.urls import path

from governance.views import decisions

urlpatterns = [
    path("decisions/", decisions.decision_list, name="decision_list"),
    path("decisions/liste.<str:form>", decisions.decision_list_export, name="decision_list_export"),
    path("decisions/<int:pk>/", decisions.decision_detail, name="decision_detail"),
    path("decisions/<int:pk>/modifier/", decisions.decision_edit, name="decision_edit"),
    path("decisions/<int:pk>/supprimer/", decisions.decision_delete, name="decision_delete"),
    path("decisions/<int:pk>/suites/", decisions.decision_follow_up, name="decision_follow_up"),
    path("reunions/<int:pk>/decisions/nouvelle/", decisions.decision_create, name="decision_create"),
]
