"""Addresses of meetings."""

from django.urls import path

from governance.views import agenda, attendance, meeting_list, meetings

urlpatterns = [
    path("reunions/", meeting_list.meeting_list, name="meeting_list"),
    path("reunions/liste.<str:form>", meeting_list.meeting_list_export, name="meeting_list_export"),
    path("reunions/nouvelle/", meetings.meeting_create, name="meeting_create"),
    path("reunions/<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
    path("reunions/<int:pk>/modifier/", meetings.meeting_edit, name="meeting_edit"),
    path("reunions/<int:pk>/etape/", meetings.meeting_step, name="meeting_step"),
    path("reunions/<int:pk>/ordre-du-jour/", agenda.agenda_edit, name="agenda_edit"),
    path("reunions/<int:pk>/invites/", attendance.guest_list, name="guest_list"),
    path("reunions/<int:pk>/presences/", attendance.attendance_edit, name="attendance_edit"),
    path("reunions/<int:pk>/presences/feuille/", attendance.attendance_sheet, name="attendance_sheet"),
    path("reunions/<int:pk>/presences/compte/", attendance.attendance_counts, name="attendance_counts"),
    path(
        "reunions/<int:pk>/presences/liste/",
        attendance.attendance_list_update,
        name="attendance_list_update",
    ),
]
