"""Addresses of documents and of their preparation."""

from django.urls import path

from cops.documents import views

urlpatterns = [
    path("<int:pk>/", views.document_download, name="document_download"),
    path("preparation/<int:pk>/", views.rendering_detail, name="rendering_detail"),
    path("preparation/<int:pk>/avancement/", views.rendering_progress, name="rendering_progress"),
]
