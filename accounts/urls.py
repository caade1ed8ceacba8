from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("start/<str:token>/", views.first_start, name="first_start"),
    path("you/", views.settings_page, name="settings"),
    path("welcome/<str:token>/", views.welcome, name="welcome"),
    path("welcome/<str:token>/start/", views.welcome_start, name="welcome_start"),
    path("welcome/<str:token>/accept/", views.welcome_accept, name="welcome_accept"),
]
