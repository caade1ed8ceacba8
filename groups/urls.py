from django.urls import path

from groups.views import forming, joining, programs

app_name = "groups"
_program = "o/<slug:slug>/programs/<uuid:program_id>/"
_upload = f"{_program}roster/<uuid:upload_id>/"
_formation = f"{_program}groups/<uuid:formation_id>/"
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
    path("join/<str:token>/", joining.join, name="join"),
    path("join/<str:token>/start/", joining.join_start, name="join_start"),
    path("join/<str:token>/accept/", joining.join_accept, name="join_accept"),
    path("groups/", joining.mine, name="mine"),
    path("groups/<uuid:group_id>/", joining.group_page, name="group"),
    path("groups/<uuid:group_id>/charter/", joining.charter, name="charter"),
    path("groups/<uuid:group_id>/leave/", joining.leave, name="leave"),
]
