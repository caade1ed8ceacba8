"""Addresses of goals and steps, inside a group but for the link in a mail, and of one's own journal."""

from django.urls import path

from goals import views

app_name = "goals"

_talk = "groups/<uuid:group_id>/conversations/<uuid:conversation_id>/"

urlpatterns = [
    path("groups/<uuid:group_id>/goals/", views.board, name="board"),
    path("groups/<uuid:group_id>/goals/together/", views.board_shown, name="board_shown"),
    path("groups/<uuid:group_id>/goals/a-word/", views.a_word, name="a_word"),
    path("groups/<uuid:group_id>/goals/new/", views.goal_new, name="goal_new"),
    path("groups/<uuid:group_id>/goals/earlier/", views.earlier, name="earlier"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/", views.goal, name="goal"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/edit/", views.goal_edit, name="goal_edit"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/drop/", views.goal_drop, name="goal_drop"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/share/", views.goal_share, name="goal_share"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/date/", views.goal_move, name="goal_move"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/new-version/", views.goal_version, name="goal_version"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/close/", views.goal_close, name="goal_close"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/readings/", views.readings, name="readings"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/readings/ask/", views.readings_ask, name="readings_ask"),
    path("groups/<uuid:group_id>/readings/<uuid:request_id>/", views.reading, name="reading"),
    path("groups/<uuid:group_id>/readings/<uuid:request_id>/decline/", views.reading_decline, name="reading_decline"),
    path("groups/<uuid:group_id>/goals/<uuid:goal_id>/check-in/", views.check_in, name="check_in"),
    path("groups/<uuid:group_id>/check-ins/rhythm/", views.rhythm, name="rhythm"),
    path("groups/<uuid:group_id>/check-ins/partner/", views.partner_ask, name="partner_ask"),
    path("groups/<uuid:group_id>/partners/<uuid:partner_id>/agree/", views.partner_agree, name="partner_agree"),
    path("groups/<uuid:group_id>/partners/<uuid:partner_id>/end/", views.partner_end, name="partner_end"),
    path("groups/<uuid:group_id>/check-ins/rotation/join/", views.rotation_join, name="rotation_join"),
    path("groups/<uuid:group_id>/check-ins/rotation/leave/", views.rotation_leave, name="rotation_leave"),
    path("groups/<uuid:group_id>/check-ins/<uuid:check_in_id>/notice/", views.notice_new, name="notice_new"),
    path("groups/<uuid:group_id>/noticed/<uuid:note_id>/thank/", views.notice_thank, name="notice_thank"),
    path("groups/<uuid:group_id>/noticed/<uuid:note_id>/take-back/", views.notice_take_back, name="notice_take_back"),
    path("check-in/<str:token>/", views.check_in_by_link, name="check_in_by_link"),
    path("check-in/<str:token>/keep/", views.check_in_link_keep, name="check_in_link_keep"),
    path("groups/<uuid:group_id>/steps/new/", views.step_new, name="step_new"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/", views.step, name="step"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/answer/", views.step_answer, name="step_answer"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/ask/", views.step_ask, name="step_ask"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/kept/", views.step_kept, name="step_kept"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/let-go/", views.step_let_go, name="step_let_go"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/move/", views.step_move, name="step_move"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/reopen/", views.step_reopen, name="step_reopen"),
    path("groups/<uuid:group_id>/steps/<uuid:step_id>/close/", views.step_close, name="step_close"),
    path("groups/<uuid:group_id>/conversations/", views.conversations, name="conversations"),
    path("groups/<uuid:group_id>/conversations/begin/", views.conversation_begin, name="conversation_begin"),
    path(_talk, views.conversation, name="conversation"),
    path(f"{_talk}close/", views.conversation_close, name="conversation_close"),
    path(f"{_talk}write/<slug:part>/", views.conversation_write, name="conversation_write"),
    path("groups/<uuid:group_id>/questions/<uuid:turn_id>/like/", views.question_like, name="question_like"),
    path("journal/", views.journal, name="journal"),
    path("journal/<int:year>/<int:month>/", views.journal, name="journal_month"),
    path("journal/new/", views.journal_new, name="journal_new"),
    path("journal/search/", views.journal_search, name="journal_search"),
    path("journal/take.html", views.journal_take, {"form": "html"}, name="journal_take_html"),
    path("journal/take.json", views.journal_take, {"form": "json"}, name="journal_take_json"),
    path("journal/<uuid:entry_id>/", views.journal_entry, name="journal_entry"),
    path("journal/<uuid:entry_id>/edit/", views.journal_edit, name="journal_edit"),
    path("journal/<uuid:entry_id>/delete/", views.journal_delete, name="journal_delete"),
]
