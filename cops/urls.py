"""Every address of the site; each room keeps its own."""

from django.urls import include, path

urlpatterns = [
    path("actions/", include("actions.urls")),
    path("", include("cops.desk.urls")),
    path("", include("cops.mail.urls")),
    path("compte/", include("cops.users.urls")),
    path("contrats/", include("contracts.urls")),
    path("instances/organismes/", include("actions.organisation_urls")),
    path("instances/", include("governance.urls")),
    path("historique/", include("cops.audit.urls")),
    path("documents/", include("cops.documents.urls")),
    path("evaluation/", include("evaluation.urls")),
]

handler400 = "cops.desk.errors.bad_request"
handler403 = "cops.desk.errors.forbidden"
handler404 = "cops.desk.errors.not_found"
handler429 = "cops.desk.errors.too_many_requests"
handler500 = "cops.desk.errors.server_error"
