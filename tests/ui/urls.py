"""Only the names that the frame of a page links to, so that these tests need no other app."""

from django.http import HttpResponse
from django.urls import include, path


def nothing(request, **kwargs):
    return HttpResponse()


urlpatterns = [
    path("", nothing, name="home"),
    path("today/", nothing, name="today"),
    path("groups/", include(([path("", nothing, name="mine"), path("<slug>/", nothing, name="programs")], "groups"))),
    path("trust/", nothing, name="trust"),
    path(
        "report/",
        include(([path("", nothing, name="what_hr_sees"), path("<slug>/", nothing, name="participation")], "reports")),
    ),
    path("me/", include(([path("", nothing, name="settings")], "accounts"))),
    path("people/<slug>/", nothing, name="people"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/second-step/", include("allauth.mfa.urls")),
]
