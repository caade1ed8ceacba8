"""Only the names that the frame of a page links to, so that these tests need no other app."""

from django.http import HttpResponse
from django.urls import include, path


def nothing(request, **kwargs):
    return HttpResponse()


urlpatterns = [
    path("", nothing, name="home"),
    path("today/", nothing, name="today"),
    path("groups/", include(([path("", nothing, name="mine"), path("<slug>/", nothing, name="programs")], "groups"))),
    path("report/", include(([path("<slug>/", nothing, name="participation")], "reports"))),
    path("me/", include(([path("", nothing, name="settings")], "accounts"))),
    path("people/<slug>/", nothing, name="people"),
    path("accounts/", include("allauth.account.urls")),
]
