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
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/", views.step, name="step"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/answer/", views.step_answer, name="step_answer"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/ask/", views.step_ask, name="step_ask"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/kept/", views.step_kept, name="step_kept"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/let-go/", views.step_let_go, name="step_let_go"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/move/", views.step_move, name="step_move"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/reopen/", views.step_reopen, name="step_reopen"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/close/", views.step_close, name="step_close"),
]
