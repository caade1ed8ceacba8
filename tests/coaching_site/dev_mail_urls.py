"""The addresses of embedded mode."""

from django.urls import include, path

from coaching_site.urls import urlpatterns as ours

urlpatterns = [path("dev/mail/", include("coaching_site.dev_mail")), *ours]
