from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("start/<str:token>/", views.first_start, name="first_start"),
    path("you/", views.settings_page, name="settings"),
    path("you/second-step/", views.second_factor_needed, name="second_factor_needed"),
    path("you/sign-ins/", views.sign_in_list, name="sign_ins"),
    path("you/sign-ins/others/end/", views.sign_ins_end_others, name="sign_ins_end_others"),
    path("you/sign-ins/<uuid:sign_in_id>/end/", views.sign_in_end, name="sign_in_end"),
    path("you/words/", views.own_words_page, name="own_words"),
    path("you/words/page/", views.own_words_take, {"form": "html"}, name="own_words_html"),
    path("you/words/data/", views.own_words_take, {"form": "json"}, name="own_words_json"),
    path("you/words/erase/", views.erase, name="erase"),
    path("erased/", views.erased, name="erased"),
    path("welcome/<str:token>/", views.welcome, name="welcome"),
    path("welcome/<str:token>/start/", views.welcome_start, name="welcome_start"),
    path("welcome/<str:token>/accept/", views.welcome_accept, name="welcome_accept"),
]
