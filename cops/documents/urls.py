"""Addresses of documents and of their preparation."""

from django.urls import path

from cops.documents import attaching, views

urlpatterns = [
    path("<int:pk>/", views.document_download, name="document_download"),
    path("preparation/<int:pk>/", views.rendering_detail, name="rendering_detail"),
    path("preparation/<int:pk>/avancement/", views.rendering_progress, name="rendering_progress"),
    path("pieces/<slug:key>/<int:pk>/joindre/", attaching.attachment_create, name="attachment_create"),
    path("pieces/<int:pk>/modifier/", attaching.attachment_edit, name="attachment_edit"),
    path("pieces/<int:pk>/remplacer/", attaching.attachment_replace, name="attachment_replace"),
    path("pieces/<int:pk>/retirer/", attaching.attachment_withdraw, name="attachment_withdraw"),
    path("pieces/<int:pk>/retablir/", attaching.attachment_restore, name="attachment_restore"),
]
