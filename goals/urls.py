"""Addresses of goals and steps, all inside a group."""

from django.urls import path

from goals import views

app_name = "goals"
urlpatterns = [
    path("groups/<uuid:group_id>/goals/", views.board, name="board"),
    path("groups/<uuid:group_id>/goals/new/", views.goal_new, name="goal_new"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/", views.goal, name="goal"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/edit/", views.goal_edit, name="goal_edit"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/share/", views.goal_share, name="goal_share"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/check-in/", views.check_in, name="check_in"),
    path("groups/<uuid:group_id>/steps/new/", views.step_new, name="step_new"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/close/", views.step_close, name="step_close"),
]
