from django.urls import path

from groups.views import charters, drafts, forming, going, joining, placing, programs, record

app_name = "groups"
_program = "o/<slug:slug>/programs/<uuid:program_id>/"
_upload = f"{_program}roster/<uuid:upload_id>/"
_formation = f"{_program}groups/<uuid:formation_id>/"
_office_group = "o/<slug:slug>/groups/<uuid:group_id>/"
_charter = "groups/<uuid:group_id>/charter/"
_newcomer = "groups/<uuid:group_id>/newcomers/<uuid:membership_id>/"
urlpatterns = [
    path("o/<slug:slug>/programs/", programs.program_list, name="programs"),
    path("o/<slug:slug>/programs/new/", programs.program_new, name="program_new"),
    path(_program, programs.program, name="program"),
    path(_upload, programs.roster, name="roster"),
    path(f"{_upload}accept/", programs.roster_accept, name="roster_accept"),
    path(f"{_upload}drop/", programs.roster_drop, name="roster_drop"),
    path(f"{_program}groups/", forming.form_groups, name="form_groups"),
    path(_formation, forming.formation, name="formation"),
    path(f"{_formation}publish/", forming.publish, name="publish"),
    path(_office_group, placing.office_group, name="office_group"),
    path(f"{_office_group}facilitator/", placing.facilitator, name="facilitator"),
    path(f"{_office_group}facilitator/<uuid:membership_id>/", placing.facilitator, name="facilitator_replace"),
    path(f"{_office_group}invite/", placing.invite_list, name="invite_list"),
    path(f"{_office_group}invite/<uuid:participant_id>/", placing.invite, name="invite"),
    path(f"{_office_group}invitations/<uuid:invitation_id>/withdraw/", placing.withdraw, name="invitation_withdraw"),
    path(f"{_office_group}end/", placing.end, name="end"),
    path("join/<str:token>/", joining.join, name="join"),
    path("join/<str:token>/start/", joining.join_start, name="join_start"),
    path("join/<str:token>/accept/", joining.join_accept, name="join_accept"),
    path("groups/", joining.mine, name="mine"),
    path("groups/<uuid:group_id>/", joining.group_page, name="group"),
    path(_charter, charters.charter, name="charter"),
    path(f"{_charter}words/", charters.charter_edit, name="charter_edit"),
    path(f"{_charter}versions/", charters.charter_history, name="charter_history"),
    path(f"{_charter}versions/<uuid:charter_id>/", charters.charter_version, name="charter_version"),
    path(f"{_charter}versions/<uuid:charter_id>/decline/", charters.charter_decline, name="charter_decline"),
    path(f"{_newcomer}decline/", charters.newcomer_decline, name="newcomer_decline"),
    path(f"{_newcomer}past/agree/", charters.past_agree, name="past_agree"),
    path(f"{_newcomer}past/take-back/", charters.past_take_back, name="past_take_back"),
    path("drafts/", drafts.own_draft_keep, name="own_draft_keep"),
    path("drafts/<uuid:draft_id>/drop/", drafts.own_draft_drop, name="own_draft_drop"),
    path("groups/<uuid:group_id>/drafts/", drafts.draft_keep, name="draft_keep"),
    path("groups/<uuid:group_id>/drafts/<uuid:draft_id>/drop/", drafts.draft_drop, name="draft_drop"),
    path("groups/<uuid:group_id>/leave/", going.leave, name="leave"),
    path("groups/<uuid:group_id>/people/<uuid:membership_id>/remove/", going.remove, name="remove"),
    path("groups/past/<uuid:membership_id>/words/", going.withdraw_words, name="withdraw_words"),
    path("groups/<uuid:group_id>/record/", record.group_audit, name="audit"),
]
