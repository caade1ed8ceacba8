"""Addresses of a group's sessions."""

from django.urls import path

from sessions import views

app_name = "sessions"

_one = "groups/<uuid:group_id>/sessions/<uuid:session_id>/"

urlpatterns = [
    path("groups/<uuid:group_id>/sessions/", views.session_list, name="list"),
    path("groups/<uuid:group_id>/sessions/new/", views.session_schedule, name="schedule"),
    path(_one, views.session_detail, name="session"),
    path(f"{_one}move/", views.session_move, name="move"),
    path(f"{_one}cancel/", views.session_cancel, name="cancel"),
    path(f"{_one}answer/", views.session_answer, name="answer"),
    path(f"{_one}attendance/", views.session_attendance, name="attendance"),
]
