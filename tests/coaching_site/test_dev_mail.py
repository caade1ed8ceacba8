"""Mail on this machine's own page: it opens for this machine in embedded mode, and for nobody else."""

import os

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import NoReverseMatch, reverse

from coaching_site.services.mail_catcher import start_mail_catcher

pytestmark = pytest.mark.urls("tests.coaching_site.dev_mail_urls")
HERE = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}
CALENDAR = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture(autouse=True)
def mail_folder(settings, tmp_path):
    settings.COLLOQUY_EMBEDDED = True
    settings.COLLOQUY_MAIL_DIR = tmp_path / "mail"
    settings.ALLOWED_HOSTS = ["*"]
    return settings.COLLOQUY_MAIL_DIR


def keep(folder, name, subject, body="Hello", **headers):
    folder.mkdir(exist_ok=True)
    lines = {
        "Delivered-To": "amara@example.com",
        "Subject": subject,
        "Date": "Mon, 08 Feb 2027 09:00:00 +0000",
        **headers,
    }
    head = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    (folder / f"{name}.eml").write_bytes(f"{head}\r\n{body}\r\n".encode())
    return reverse("dev_mail:message", args=[name])


@pytest.fixture
def sent(mail_folder, settings):
    """One mail with text, HTML and calendar, sent to the mail catcher of ``./run``; its address."""
    catcher = start_mail_catcher(mail_folder)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = catcher.host, catcher.port
    mail = EmailMultiAlternatives("Come in, Åsa", "Open http://localhost:8000/welcome/abc/.", to=["asa@example.com"])
    mail.attach_alternative('<a href="http://localhost:8000/other/">x</a><script>alert(1)</script>', "text/html")
    mail.attach_alternative(CALENDAR, "text/calendar; method=REQUEST")
    try:
        mail.send()
    finally:
        catcher.stop()
    (file,) = mail_folder.glob("*.eml")
    return reverse("dev_mail:message", args=[file.stem])


def test_a_kept_mail_is_in_the_list_and_can_be_read_before_sign_in(client, sent):
    listed = client.get(reverse("dev_mail:list"), **HERE)
    page = client.get(sent, **HERE).content.decode()

    assert "Come in, Åsa" in listed.content.decode()
    assert f'href="{sent}"' in listed.content.decode()
    assert "asa@example.com" in page
    assert '<a href="http://localhost:8000/welcome/abc/">' in page
    assert '<a href="http://localhost:8000/other/">' in page
    assert "<script>alert" not in page


def test_a_calendar_is_saved_not_shown(client, sent):
    page = client.get(sent, **HERE).content.decode()
    part = reverse("dev_mail:part", args=[sent.rstrip("/").rsplit("/", 1)[1], 3])

    response = client.get(part, **HERE)

    assert f'href="{part}"' in page
    assert response.content == CALENDAR.encode()
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="part-3.ics"'


@pytest.mark.parametrize("number", [0, 1, 2, 99])
def test_text_and_html_are_no_files(client, sent, number):
    part = reverse("dev_mail:part", args=[sent.rstrip("/").rsplit("/", 1)[1], number])

    assert client.get(part, **HERE).status_code == 404


def test_a_html_file_is_not_shown_as_a_page(client, mail_folder):
    keep(
        mail_folder, "1", "x", "<script>alert(1)</script>",
        **{"Content-Type": "text/html", "Content-Disposition": 'attachment; filename="../a\\"b.html"'},
    )  # fmt: skip

    response = client.get(reverse("dev_mail:part", args=["1", 0]), **HERE)

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="_a_b.html"'
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_newest_comes_first(client, mail_folder):
    keep(mail_folder, "20270208T090000.000000-1", "First")
    keep(mail_folder, "20270208T090001.000000-2", "Second")
    keep(mail_folder, ".20270208T090002.000000-3", "Unfinished")

    page = client.get(reverse("dev_mail:list"), **HERE).content.decode()

    assert [word for word in page.split() if "First" in word or "Second" in word] != []
    assert 0 < page.index("Second") < page.index("First")
    assert "Unfinished" not in page


def test_without_mail_the_page_says_so(client):
    assert b"No mail yet" in client.get(reverse("dev_mail:list"), **HERE).content


def test_a_mail_without_date_subject_or_text_is_shown(client, mail_folder):
    mail_folder.mkdir()
    (mail_folder / "1.eml").write_bytes(b"Date: yesterday\r\n\r\n")

    assert client.get(reverse("dev_mail:list"), **HERE).status_code == 200
    assert client.get(reverse("dev_mail:message", args=["1"]), **HERE).status_code == 200


def test_the_page_is_kept_nowhere(client):
    assert "no-store" in client.get(reverse("dev_mail:list"), **HERE)["Cache-Control"]


@pytest.mark.parametrize("name", ["..", "..%2F1", "%2Fetc%2Fpasswd", "2"])
def test_no_name_leads_out_of_the_folder(client, mail_folder, name):
    keep(mail_folder, "1", "Inside")
    os.link(mail_folder / "1.eml", mail_folder.parent / "1.eml")

    assert client.get(f"/dev/mail/{name}/", **HERE).status_code == 404


ELSEWHERE = {
    "another machine": {"REMOTE_ADDR": "192.0.2.7"},
    "no address": {"REMOTE_ADDR": ""},
    "a proxy": {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    "another proxy": {"HTTP_FORWARDED": "for=127.0.0.1"},
    "another name": {"HTTP_HOST": "colloquy.example.org"},
    "a name that points here": {"HTTP_HOST": "localhost.evil.example"},
}


@pytest.mark.parametrize("caller", ELSEWHERE)
@pytest.mark.parametrize("page", ["list", "message", "part"])
def test_nobody_else_sees_mail(client, mail_folder, caller, page):
    message = keep(mail_folder, "1", "Inside", **{"Content-Type": "text/calendar"})
    address = {"list": reverse("dev_mail:list"), "message": message, "part": f"{message}0/"}[page]
    assert client.get(address, **HERE).status_code == 200

    assert client.get(address, **HERE | ELSEWHERE[caller]).status_code == 404


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8123", "[::1]:8000"])
def test_this_machine_has_several_names(client, host):
    assert client.get(reverse("dev_mail:list"), **HERE | {"HTTP_HOST": host, "REMOTE_ADDR": "::1"}).status_code == 200


def test_outside_embedded_mode_the_door_is_shut(client, settings):
    settings.COLLOQUY_EMBEDDED = False

    assert client.get(reverse("dev_mail:list"), **HERE).status_code == 404


@pytest.mark.urls("coaching_site.urls")
def test_outside_embedded_mode_there_is_no_such_address(client):
    with pytest.raises(NoReverseMatch):
        reverse("dev_mail:list")
    assert client.get("/dev/mail/", **HERE).status_code == 404
