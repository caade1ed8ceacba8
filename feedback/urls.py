"""Addresses of feedback, all inside a group."""

from django.urls import path

from feedback import views

app_name = "feedback"

_session = "groups/<uuid:group_id>/sessions/<uuid:session_id>/"

urlpatterns = [
    path("groups/<uuid:group_id>/feedback/", views.inbox, name="inbox"),
    path("groups/<uuid:group_id>/feedback/new/", views.note_new, name="note_new"),
    path("groups/<uuid:group_id>/feedback/ask/", views.ask, name="ask"),
    path("groups/<uuid:group_id>/feedback/asked/<uuid:ask_id>/", views.asked, name="asked"),
    path("groups/<uuid:group_id>/feedback/asked/<uuid:ask_id>/decline/", views.ask_decline, name="ask_decline"),
    path("groups/<uuid:group_id>/feedback/asked/<uuid:ask_id>/withdraw/", views.ask_withdraw, name="ask_withdraw"),
    path("groups/<uuid:group_id>/feedback/air/", views.air, name="air"),
    path("groups/<uuid:group_id>/feedback/air/new/", views.air_raise, name="air_raise"),
    path("groups/<uuid:group_id>/feedback/air/<uuid:flag_id>/plan/", views.air_plan, name="air_plan"),
    path("groups/<uuid:group_id>/feedback/air/<uuid:flag_id>/handled/", views.air_handled, name="air_handled"),
    path("groups/<uuid:group_id>/feedback/air/<uuid:flag_id>/take-back/", views.air_take_back, name="air_take_back"),
    path(f"{_session}air/off/", views.air_off, name="air_off"),
    path("groups/<uuid:group_id>/feedback/in-common/", views.in_common, name="in_common"),
    path("groups/<uuid:group_id>/feedback/in-common/share/", views.introduce, name="introduce"),
    path(
        "groups/<uuid:group_id>/feedback/in-common/take-back/",
        views.introduction_take_back,
        name="introduction_take_back",
    ),
    path("groups/<uuid:group_id>/feedback/mirror/", views.mirrors, name="mirrors"),
    path("groups/<uuid:group_id>/feedback/mirror/new/", views.mirror_new, name="mirror_new"),
    path("groups/<uuid:group_id>/feedback/mirror/<uuid:mirror_id>/", views.mirror, name="mirror"),
    path("groups/<uuid:group_id>/feedback/mirror/<uuid:mirror_id>/open/", views.mirror_open, name="mirror_open"),
    path("groups/<uuid:group_id>/feedback/mirror/<uuid:mirror_id>/let-go/", views.mirror_let_go, name="mirror_let_go"),
    path("groups/<uuid:group_id>/feedback/mirror/for/<uuid:mirror_ask_id>/", views.mirror_pick, name="mirror_pick"),
    path(
        "groups/<uuid:group_id>/feedback/mirror/for/<uuid:mirror_ask_id>/decline/",
        views.mirror_decline,
        name="mirror_decline",
    ),
    path("groups/<uuid:group_id>/feedback/help/<uuid:help_id>/", views.help_page, name="help"),
    path("groups/<uuid:group_id>/feedback/help/<uuid:help_id>/take-back/", views.help_take_back, name="help_take_back"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/help/", views.note_help, name="note_help"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/", views.note, name="note"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/open/", views.note_open, name="note_open"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/share/", views.note_share, name="note_share"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/unshare/", views.note_unshare, name="note_unshare"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/take-back/", views.note_take_back, name="note_take_back"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/answer/", views.note_answer, name="note_answer"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/question/", views.note_question, name="note_question"),
    path("groups/<uuid:group_id>/feedback/<uuid:note_id>/reply/", views.note_reply, name="note_reply"),
    path(f"{_session}watch/", views.watch, name="watch"),
    path(f"{_session}watch/take-back/", views.watch_take_back, name="watch_take_back"),
    path(f"{_session}close/", views.close, name="close"),
    path(f"{_session}close/<uuid:membership_id>/", views.close_note, name="close_note"),
]
