"""Every address of the site; each app has its own."""

from django.conf import settings
from django.urls import include, path

from coaching_site import audit, dev_mail, people, trust, views
from coaching_site.styleguide import styleguide

urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.today, name="today"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("styleguide/", styleguide, name="styleguide"),
    path("o/<slug:slug>/people/", people.people, name="people"),
    path("o/<slug:slug>/people/invitations/<uuid:invitation_id>/withdraw/", people.withdraw, name="person_withdraw"),
    path("o/<slug:slug>/people/<uuid:role_id>/remove/", people.remove, name="person_remove"),
    path("o/<slug:slug>/audit/", audit.audit_page, name="audit"),
    path("o/<slug:slug>/audit.csv", audit.audit_csv, name="audit_csv"),
    path("trust/", trust.trust_page, name="trust"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/second-step/", include("allauth.mfa.urls")),
    path("", include("accounts.urls")),
    path("", include("nudges.urls")),
    path("", include("groups.urls")),
    path("", include("sessions.urls")),
    path("", include("goals.urls")),
    path("", include("feedback.urls")),
    path("", include("reports.urls")),
]
if settings.COLLOQUY_EMBEDDED:  # mail that was caught on this machine; elsewhere the address does not exist
    urlpatterns.append(path("dev/mail/", include((dev_mail.urlpatterns, dev_mail.app_name))))
handler400 = "coaching_site.views.unreadable"
