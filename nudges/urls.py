from django.urls import path

from nudges import views

app_name = "nudges"
urlpatterns = [
    path("mail/stop/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("you/mail/", views.preferences, name="preferences"),
]
