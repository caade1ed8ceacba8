"""The addresses of `tests.ui.urls` and those that allauth adds only with settings that Colloquy does not use."""

from django.urls import path

from tests.ui import urls

urlpatterns = [
    *urls.urlpatterns,
    path("accounts/signup/passkey/", urls.nothing, name="account_signup_by_passkey"),
    path("accounts/password/reset/confirm/", urls.nothing, name="account_confirm_password_reset_code"),
    path("accounts/phone/verify/", urls.nothing, name="account_verify_phone"),
    path("accounts/trust/", urls.nothing, name="mfa_trust"),
    path("accounts/webauthn/signup/", urls.nothing, name="mfa_signup_webauthn"),
    path("accounts/phone/change/", urls.nothing, name="account_change_phone"),
]
