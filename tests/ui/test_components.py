"""Each component keeps its promise and escapes what it is given."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError
from django.utils import timezone

from common.templatetags.drawing import hue, initials

NASTY = "<b onclick=x>&"
START = datetime(2027, 2, 9, 15, 0, tzinfo=UTC)
END = datetime(2027, 2, 9, 17, 0, tzinfo=UTC)


class CheckInForm(forms.Form):
    text = forms.CharField(label=NASTY, widget=forms.Textarea, help_text="One line.")
    confidence = forms.ChoiceField(widget=forms.RadioSelect, choices=[(str(n), str(n)) for n in range(11)])
    answer = forms.ChoiceField(widget=forms.RadioSelect, choices=[("yes", NASTY), ("no", "No")], label="Coming?")


@pytest.mark.parametrize(
    "source",
    [
        "{% badge nasty %}",
        "{% privacy_line nasty %}",
        "{% ring label=nasty %}",
        "{% person id=1 name=nasty note=nasty %}",
        "{% button nasty what=nasty %}",
        "{% button nasty href=nasty %}",
        "{% post_button nasty nasty %}",
        "{% confirm title=nasty action=nasty label=nasty cancel=nasty %}x{% endconfirm %}",
        "{% account_menu name=nasty settings_url=nasty %}",
        "{% place nasty nasty 'sun' '/' %}",
        "{% card title=nasty href=nasty %}x{% endcard %}",
        "{% card %}{{ nasty }}{% endcard %}",
        "{% notice title=nasty %}x{% endnotice %}",
        "{% empty_state title=nasty %}x{% endempty_state %}",
        "{% page_header title=nasty lead=nasty kicker=nasty back=nasty back_label=nasty %}{% endpage_header %}",
        "{% facts %}{% fact nasty %}{{ nasty }}{% endfact %}{% endfacts %}",
        "{% steps label=nasty %}{% step title=nasty note=nasty %}{% endstep %}{% endsteps %}",
        "{% table caption=nasty %}{% endtable %}",
        "{% letter sender=nasty recipient=nasty kind=nasty title=nasty privacy=nasty %}{% endletter %}",
        "{% letter_part nasty nasty %}",
        "{% field form.text privacy=nasty %}",
        "{% form_fields form %}",
        "{% segmented form.answer %}",
        "{% scale form.confidence low=nasty high=nasty %}",
        "{% rsvp legend=nasty name=nasty %}",
        "{% bar_chart rows title=nasty desc=nasty label_head=nasty value_head=nasty total_head=nasty %}",
    ],
)
def test_component_escapes_what_it_is_given(render, source):
    rows = [{"label": NASTY, "value": None, "total": 2, "why": NASTY}]

    html = render(source, nasty=NASTY, form=CheckInForm(), rows=rows, csrf_token="abc")

    assert "<b" not in html.replace("<button", "")
    assert "&lt;b onclick=x&gt;&amp;" in html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% moment start %}", "Tuesday 9 February 2027, 16:00 (your time)"),
        ("{% moment start until=end %}", "Tuesday 9 February 2027, 16:00–18:00 (your time)"),
        ("{% moment start 'America/New_York' %}", "Tuesday 9 February 2027, 10:00 (New York time)"),
        ("{% moment start 'Europe/Paris' %}", "Tuesday 9 February 2027, 16:00 (your time)"),
        ("{% moment start 'UTC' style='short' %}", "Tue 9 Feb, 15:00 (UTC)"),
        ("{% moment start style='time' %}", "16:00 (your time)"),
        ("{% day on %}", "Tuesday 9 February 2027"),
        ("{% day on style='short' %}", "Tue 9 Feb"),
        ("{% moment nothing %}", ""),
        ("{% day nothing %}", ""),
    ],
)
def test_time_names_its_zone(render, elements, source, text):
    with timezone.override("Europe/Paris"):
        html = render(source, start=START, end=END, on=date(2027, 2, 9), nothing=None)

    words = html.replace('<span class="zone">', "").replace("</span>", "").partition(">")[2].removesuffix("</time>")
    assert words == text
    moments = {"2027-02-09T15:00:00+00:00"} if "moment" in source else {"2027-02-09"}
    assert {attrs["datetime"] for _, attrs in elements(html, "time")} == (moments if text else set())


def test_time_that_ends_on_another_day_names_that_day(render):
    with timezone.override("UTC"):
        html = render("{% moment start until=end %}", start=START, end=datetime(2027, 2, 10, 1, 0, tzinfo=UTC))

    assert "9 February 2027, 15:00–Wednesday 10 February 2027, 01:00" in html


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Amara Obi", "AO"),
        ("Tomás Herrera-Quintana", "TH"),
        ("Cher", "C"),
        ("Ludwig van Beethoven", "LB"),
        ("Łucja ż", "ŁŻ"),
        ("", "·"),
    ],
)
def test_initials_are_of_the_first_and_last_name(name, letters):
    assert initials(name) == letters


def test_hue_is_fixed_by_the_id_and_uses_all_eight():
    assert [hue("person-1"), hue("person-1")] == [hue("person-1")] * 2
    assert {hue(number) for number in range(200)} == set(range(1, 9))


def test_person_who_was_erased_still_has_words(render):
    html = render("{% person who %}", who=SimpleNamespace(pk="x", name="", __str__=lambda self: ""))

    assert "person__round--" in html


def test_plain_person_keeps_the_name_for_screen_readers(render):
    assert '<span class="visually-hidden"><span class="person__name">Amara Obi' in render(
        "{% person id=1 name='Amara Obi' plain=True %}"
    )


def test_ring_has_a_chair_each_and_one_clay(render):
    html = render("{% ring 8 clay=3 %}")

    assert (html.count("<path"), html.count("ring__clay"), 'aria-hidden="true"' in html) == (8, 1, True)


@pytest.mark.parametrize(
    "source", ["{% icon 'no-such-icon' %}", "{% badge 'x' tone='loud' %}", "{% card title='x' level=1 %}{% endcard %}"]
)
def test_typing_error_in_a_template_fails_loudly(render, source):
    with pytest.raises(TemplateSyntaxError):
        render(source)


@pytest.mark.parametrize(
    ("level", "tone"), [("info", "sky"), ("success", "pine"), ("warning", "amber"), ("error", "brick")]
)
def test_notice_speaks_in_the_tone_of_a_message(render, level, tone):
    assert f"notice--{tone}" in render("{% notice tone=level %}x{% endnotice %}", level=level)


def test_page_header_holds_the_only_h1_and_drops_an_empty_row_of_actions(render, elements):
    html = render("{% page_header title='Goals' %}\n{% endpage_header %}")

    assert len(elements(html, "h1")) == 1
    assert "page-header__actions" not in html


def test_fact_without_words_is_left_out(render):
    assert render("{% fact 'Where' %} {% endfact %}") == ""


def test_step_says_in_words_that_it_is_done(render):
    html = render("{% step title='Sign' done=True now=True %}{% endstep %}")

    assert "(done)" in html
    assert "aria-current" not in html


def test_card_and_button_pass_markup_of_the_template_through(render):
    assert "<em>kept</em>" in render("{% card title='x' %}<em>kept</em>{% endcard %}")


def test_button_that_acts_posts_with_a_token(render, elements):
    html = render("{% post_button '/close/' 'Close' what='“Call Priya”' %}", csrf_token="t0ken")

    assert elements(html, "form")[0][1] == {"class": "act", "method": "post", "action": "/close/"}
    assert elements(html, "input")[0][1]["value"] == "t0ken"
    assert "“Call Priya”" in html


def test_confirm_posts_with_a_token_and_offers_the_way_back(render, elements):
    html = render(
        "{% confirm title='Remove?' action='/x/' label='Remove' cancel='/back/' %}Gone.{% endconfirm %}",
        csrf_token="t0ken",
    )

    assert elements(html, "input")[0][1]["value"] == "t0ken"
    assert [attrs["href"] for _, attrs in elements(html, "a")] == ["/back/"]


def test_pagination_keeps_the_search(render, elements):
    html = render("{% pagination page params='q=harbor' %}", page=Paginator(range(90), 30).page(2))

    assert [attrs["href"] for _, attrs in elements(html, "a")] == ["?q=harbor&page=1", "?q=harbor&page=3"]
    assert "Page 2 of 3" in html


def test_pagination_of_one_page_is_nothing(render):
    assert render("{% pagination page %}", page=Paginator([1], 30).page(1)) == ""


def test_empty_letter_part_is_left_out(render):
    assert render("{% letter_part 'What I saw' '  ' %}") == ""


def test_field_is_read_out_with_help_error_and_who_can_read_it(render, elements):
    html = render("{% field form.text privacy='Only you' %}", form=CheckInForm({}))

    (textarea,) = elements(html, "textarea")
    ids = {attrs.get("id") for _, attrs in elements(html)}
    assert textarea[1]["aria-describedby"].split() == ["id_text_helptext", "id_text_error", "id_text_privacy"]
    assert set(textarea[1]["aria-describedby"].split()) <= ids
    assert textarea[1]["aria-invalid"] == "true"


def test_form_can_say_itself_who_reads_a_field_and_how_it_looks(render):
    form = CheckInForm()
    form.fields["text"].privacy = "Your group"
    form.fields["confidence"].look = "scale"
    form.fields["confidence"].ends = ("Not at all", "Fully")

    html = render("{% form_fields form %}", form=form)

    assert "Your group" in html
    assert "choice--scale" in html
    assert "Not at all" in html


@pytest.mark.parametrize("tag", ["segmented", "scale"])
def test_radio_row_keeps_the_answer_and_has_a_legend(render, elements, tag):
    html = render("{% " + tag + " form.confidence %}", form=CheckInForm(initial={"confidence": "6"}))

    radios = [attrs for _, attrs in elements(html, "input")]
    assert [radio["value"] for radio in radios] == [str(number) for number in range(11)]
    assert [radio["value"] for radio in radios if "checked" in radio] == ["6"]
    assert len(elements(html, "legend")) == 1
    assert {radio["id"] for radio in radios} == {attrs["for"] for _, attrs in elements(html, "label")}


def test_rsvp_offers_three_answers(render, elements):
    html = render("{% rsvp 'late' name='coming' %}")

    radios = [attrs for _, attrs in elements(html, "input")]
    assert [(radio["name"], radio["value"], "checked" in radio) for radio in radios] == [
        ("coming", "yes", False),
        ("coming", "late", True),
        ("coming", "no", False),
    ]


def test_bar_chart_is_a_picture_with_words_and_a_table(render, elements):
    rows = [
        {"label": "Invited", "value": 48, "total": 48},
        SimpleNamespace(label="Joined", value=36, total=48),
        {"label": "Checked in", "value": None, "total": 48, "why": "withheld: fewer than 5"},
    ]

    html = render("{% bar_chart rows title='Funnel' desc='36 of 48 joined.' %}", rows=rows)

    (picture,) = elements(html, "svg")
    ids = {attrs.get("id") for _, attrs in elements(html)}
    assert picture[1]["role"] == "img"
    assert set(picture[1]["aria-labelledby"].split()) <= ids
    assert [attrs["width"] for _, attrs in elements(html, "rect") if attrs["class"] == "chart__bar"] == [
        "100.00%",
        "75.00%",
    ]
    assert html.count("withheld: fewer than 5") == 2
    assert len(elements(html, "tr")) == 4


@pytest.mark.parametrize("rows", [[], [{"label": "Nobody", "value": 0, "total": 0}], [{"label": "Alone", "value": 3}]])
def test_bar_chart_draws_little_data(render, rows):
    assert "<table" in render("{% bar_chart rows title='Small' %}", rows=rows)


def test_margin_without_words_is_no_column(render):
    assert render("{% margin_column %} {% endmargin_column %}") == ""
    assert "<aside" in render("{% margin_column %}who{% endmargin_column %}")
