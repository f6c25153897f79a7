"""Addresses of the formations; those with a free word in them come last."""

from django.urls import path

from governance.views import councils, designations, roster, seats, statistics

urlpatterns = [
    path("", councils.formation_list, name="formation_list"),
    path("groupes/nouveau/", councils.group_create, name="group_create"),
    path("regles/<int:pk>/", seats.seat_rule_edit, name="seat_rule_edit"),
    path("regles/<int:pk>/changer/", seats.seat_rule_change, name="seat_rule_change"),
    path("regles/<int:pk>/fin/", seats.seat_rule_end, name="seat_rule_end"),
    path("regles/<int:pk>/designer/", designations.designation_create, name="designation_create"),
    path("designations/<int:pk>/", designations.designation_edit, name="designation_edit"),
    path("designations/<int:pk>/fin/", designations.designation_end, name="designation_end"),
    path("designations/<int:pk>/remplacer/", designations.designation_replace, name="designation_replace"),
    path("compositions/<int:pk>/", roster.roster_preview, name="roster_preview"),
    path("<slug:code>/", councils.formation_detail, name="formation_detail"),
    path("<slug:code>/gerer/", councils.formation_manage, name="formation_manage"),
    path("<slug:code>/modifier/", councils.formation_edit, name="formation_edit"),
    path("<slug:code>/regles/", seats.seat_rule_list, name="seat_rule_list"),
    path("<slug:code>/regles/nouvelle/", seats.seat_rule_create, name="seat_rule_create"),
    path("<slug:code>/export/<slug:form>/", roster.roster_export, name="roster_export"),
    path("<slug:code>/presences/", statistics.attendance_statistics, name="attendance_statistics"),
    path(
        "<slug:code>/presences/export/<slug:form>/",
        statistics.attendance_statistics_export,
        name="attendance_statistics_export",
    ),
    path("<slug:code>/importer/", roster.roster_import, name="roster_import"),
    path("<slug:code>/modele/", roster.roster_template, name="roster_template"),
    path("<slug:code>/pdf/", roster.roster_pdf, name="roster_pdf"),
]
