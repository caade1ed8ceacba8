"""Every page and mail of sign-in is ours: one h1, no inline style or script, no query of its own."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import allauth
import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

OURS = Path(settings.BASE_DIR) / "templates"
THEIRS = Path(allauth.__file__).parent / "templates"
# Without what other pages extend.
PAGES = sorted(path.stem for path in (THEIRS / "account").glob("*.html") if not path.stem.startswith("base_"))
SECOND_STEP = sorted(
    str(path.relative_to(THEIRS / "mfa"))
    for path in (THEIRS / "mfa").rglob("*.html")
    if not path.stem.startswith("base") and path.parent.name not in {"email", "snippets"}
)
MAILS = sorted(
    str(path.relative_to(THEIRS)).removesuffix("_message.txt")
    for app in ("account", "mfa")
    for path in (THEIRS / app / "email").glob("*_message.txt")
    if path.name != "base_message.txt"
)


class SomeForm(forms.Form):
    login = forms.EmailField()
    password = forms.CharField(widget=forms.PasswordInput, required=False)
    remember = forms.BooleanField(required=False)
    credential = forms.CharField(widget=forms.HiddenInput, required=False)


class SomeKey(SimpleNamespace):
    """A key with a name that somebody chose."""

    pk = 7
    created_at = timezone.now()

    def __str__(self):
        return "<b>My phone"


@pytest.fixture
def given(anonymous_request):
    """What the pages of sign-in may be given, all at once."""
    address = SimpleNamespace(email="amara@demo.example", verified=False, primary=True, user="Amara Obi")
    form = SomeForm({"login": "<b>not an address"})
    return {
        "request": anonymous_request,
        "user": anonymous_request.user,
        "form": form,
        "verify_form": form,
        "change_form": form,
        "can_change": True,
        "can_resend": True,
        "can_add_email": True,
        "emailaddresses": [address],
        "emailaddress_radios": [SimpleNamespace(id="email_1", checked=True, emailaddress=address)],
        "current_emailaddress": address,
        "new_emailaddress": address,
        "confirmation": SimpleNamespace(key="k3y", email_address=address),
        "email": address.email,
        "login_url": "/accounts/login/",
        "signup_url": "/accounts/signup/",
        "request_login_code_url": "/accounts/login/code/",
        "signup_by_passkey_url": "/accounts/signup/passkey/",
        "PASSKEY_SIGNUP_ENABLED": True,
        "phone": "+31 20 000000",
        "action_url": "/accounts/there/",
        "redirect_field": "",
        "reauthentication_alternatives": [{"url": "/x/", "description": "Use a code"}],
    }


def test_there_are_pages_to_look_at():
    assert {"login", "signup", "logout", "password_reset", "email_confirm", "reauthenticate"} <= set(PAGES)


@pytest.mark.parametrize("template", PAGES)
def test_page_of_sign_in_looks_like_ours(template, given, elements, settings):
    # Some pages need settings that Colloquy does not use; they must not be a surprise all the same.
    settings.ROOT_URLCONF = "tests.ui.all_account_urls"

    html = render_to_string(f"account/{template}.html", given)

    assert (OURS / "account" / f"{template}.html").exists() or template.startswith("confirm_")
    looks_like_ours(html, elements)


def looks_like_ours(html, elements):
    assert len(elements(html, "h1")) == 1
    assert html.count("<title>") == 1
    assert elements(html, "main")
    assert "<b>" not in html
    assert elements(html, "style") == []
    for name, attributes in elements(html):
        assert not {key for key in attributes if key == "style" or key.startswith("on")}, name
        assert name != "script" or "src" in attributes or attributes["type"] == "application/json"


def test_there_are_pages_of_the_second_step_to_look_at():
    assert {"index.html", "totp/activate_form.html", "webauthn/add_form.html"} <= set(SECOND_STEP)


@pytest.mark.parametrize("has_some", [True, False])
@pytest.mark.parametrize("template", SECOND_STEP)
def test_page_of_the_second_step_looks_like_ours(template, given, elements, settings, has_some):
    settings.ROOT_URLCONF = "tests.ui.all_account_urls"
    codes = SimpleNamespace(get_unused_codes=["12345678"])
    own = {"totp": True, "webauthn": [SomeKey()], "recovery_codes": codes} if has_some else {}
    second_step = {
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "authenticators": own.get("webauthn", []) if template.endswith("list.html") else own,
        "authenticator": SomeKey(),
        "is_mfa_enabled": has_some,
        "webauthn_form": given["form"],
        "js_data": {"creation_options": "</script><b>"},
        "totp_svg_data_uri": "data:image/svg+xml;base64,PHN2Zy8+",
        "unused_codes": ["12345678"],
        "can_view_codes": has_some,
        "can_download_codes": has_some,
        "can_generate_codes": has_some,
        "trust_from": timezone.now(),
        "trust_until": timezone.now() + timedelta(days=14),
    }

    html = render_to_string(f"mfa/{template}", {**given, **second_step})

    assert (OURS / "mfa" / template).exists()
    looks_like_ours(html, elements)


@pytest.mark.parametrize(
    ("template", "without", "words"),
    [
        ("password_reset_from_key", {"token_fail": True}, "no longer works"),
        ("email_confirm", {"confirmation": None}, "no longer works"),
        ("email_confirm", {"can_confirm": False}, "belongs to another account"),
    ],
)
def test_page_says_what_happened_and_what_to_do(template, without, words, given, elements):
    html = render_to_string(f"account/{template}.html", {**given, **without})

    assert words in html
    assert len(elements(html, "h1")) == 1
    assert elements(html.partition("<main")[2], "a") or elements(html.partition("<main")[2], "button")


def test_sign_in_offers_no_account_without_invitation(given, elements):
    html = render_to_string("account/login.html", given)

    assert "/accounts/signup/" not in [attrs.get("href") for _, attrs in elements(html, "a")]


def test_sign_up_shows_the_invited_address_and_lets_nobody_change_it(given, elements):
    class SignupForm(forms.Form):
        name = forms.CharField()
        email = forms.EmailField(widget=forms.EmailInput(attrs={"readonly": True}), initial="amara@demo.example")
        password1 = forms.CharField(widget=forms.PasswordInput)

    html = render_to_string("account/signup.html", {**given, "form": SignupForm()})

    fields = {attrs["name"]: attrs for _, attrs in elements(html, "input") if attrs["type"] != "hidden"}
    assert list(fields) == ["name", "email", "password1"]
    assert "readonly" in fields["email"]
    assert fields["email"]["value"] == "amara@demo.example"


def test_there_are_mails_to_look_at():
    assert {"account/email/password_changed", "mfa/email/totp_activated", "mfa/email/webauthn_removed"} <= set(MAILS)


@pytest.mark.parametrize("mail", MAILS)
def test_mail_of_sign_in_has_words_a_layout_and_a_subject(mail):
    given = {
        "email": "a@demo.example",
        "from_email": "b@demo.example",
        "to_email": "c@demo.example",
        "deleted_email": "d@demo.example",
        "password_reset_url": "https://colloquy.example/reset/?a=1&b=2",
        "activate_url": "https://colloquy.example/confirm/?a=1&b=2",
        "signup_url": "https://colloquy.example/signup/",
        "code": "" if "confirmation" in mail else "K3Y-C0D",
        "ip": "192.0.2.1",
        "user_agent": "<b>Browser",
        "timestamp": timezone.now() - timedelta(minutes=1),
    }

    subject = render_to_string(f"{mail}_subject.txt", given).strip()
    text = render_to_string(f"{mail}_message.txt", given).strip()
    html = render_to_string(f"{mail}_message.html", given)

    for part in ("subject.txt", "message.txt", "message.html"):
        assert (OURS / f"{mail}_{part}").exists()
    assert subject
    assert "\n" not in subject
    assert "&amp;" not in text
    assert "example.com" not in text
    assert "<b>Browser" not in html
    assert html.count("<h1") == 1
    for address in ("https://colloquy.example/reset/?a=1", "https://colloquy.example/confirm/?a=1"):
        assert (address in text) == (address in html)
