"""Addresses of feedback notes, all inside a group."""

from django.urls import path

from feedback import views

app_name = "feedback"
urlpatterns = [
    path("groups/<uuid:group_id>/feedback/", views.inbox, name="inbox"),
    path("groups/<uuid:group_id>/feedback/new/", views.note_new, name="note_new"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/", views.note, name="note"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/open/", views.note_open, name="note_open"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/take-back/", views.note_take_back, name="note_take_back"),
]
