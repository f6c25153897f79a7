"""Addresses of the evaluation."""

from django.urls import path

from evaluation import views

urlpatterns = [
    path("", views.evaluation_list, name="evaluation_list"),
    path("<slug:code>/<int:year>/", views.evaluation_year, name="evaluation_year"),
    path("<slug:code>/<int:year>/pdf/", views.evaluation_pdf, name="evaluation_pdf"),
    path("<slug:code>/<int:year>/export/<slug:form>/", views.evaluation_export, name="evaluation_export"),
]
