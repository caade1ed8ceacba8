"""Rules about the files of the look: what refers to what, and what may stand where."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage

from common.templatetags.ui import icon_names

BASE = Path(settings.BASE_DIR)
STATIC = BASE / "static"
SHEETS = sorted((STATIC / "css").rglob("*.css"))
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "emails" not in path.parts and "email" not in path.parts]
MODULES = sorted((STATIC / "js").glob("*.js"))
LAYERS = ("vendor", "tokens", "base", "layout", "components", "pages")


def name(path):
    return str(path.relative_to(BASE))


def references(css):
    """The addresses in url(…), without data."""
    found = re.findall(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)", css)
    return [address for address in found if not address.startswith("data:")]


def inline_code(template):
    """What a strict content security policy would refuse: style and event attributes, style and script elements."""
    markup = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%.*?%}", "", template, flags=re.S)
    found = re.findall(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"'{]|javascript:", markup)
    found += [
        tag for tag in re.findall(r"<script\b[^>]*>", markup) if "src=" not in tag and "application/json" not in tag
    ]
    return found


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_what_a_style_sheet_refers_to_exists(sheet):
    missing = [
        address for address in references(sheet.read_text()) if not (sheet.parent / address.split("#")[0]).is_file()
    ]

    assert missing == []


def test_reference_test_can_fail():
    assert references("a { src: url('../x.woff2') } b { background: url(data:x) }") == ["../x.woff2"]


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_style_sheet_puts_itself_in_a_layer_and_uses_tokens(sheet):
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    outside = re.sub(r"@font-face\s*{[^}]*}", "", css)

    assert re.match(rf"\s*@layer ({'|'.join(LAYERS)})", outside)
    assert "!important" not in css
    assert sheet.name == "tokens.css" or re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", css) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_style_sheet_uses_only_tokens_that_exist(sheet):
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(one.read_text() for one in SHEETS)))

    assert set(re.findall(r"var\((--[\w-]+)", sheet.read_text())) - defined == set()


@pytest.mark.parametrize("template", PAGES, ids=name)
def test_page_needs_no_exception_from_the_content_security_policy(template):
    assert inline_code(template.read_text()) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="x">',
        "<style>",
        '<a onclick="x()">',
        "<script>x</script>",
        '<a href="javascript:x">',
        "<b onload='x'>",
    ],
)
def test_inline_code_test_can_fail(markup):
    assert inline_code(markup) != []


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_static_files_and_icons_that_a_template_names_exist(template):
    text = template.read_text()

    missing = [path for path in re.findall(r"{% static [\"']([^\"']+)[\"']", text) if not (STATIC / path).is_file()]
    assert [path for path in missing if not path.startswith(("mfa/", "account/", "django_htmx/"))] == []
    assert set(re.findall(r"{% icon [\"']([^\"']+)[\"']", text)) - icon_names() == set()


def test_every_shared_sheet_is_linked_and_tokens_come_first():
    links = re.findall(r"{% static '([^']+)' %}", (BASE / "templates/components/_styles.html").read_text())

    assert links[0] == "css/tokens.css"
    assert {link for link in links if link.startswith("css/")} == {
        str(sheet.relative_to(STATIC)) for sheet in SHEETS if sheet.parent.name != "pages"
    }


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_script_is_bound_by_data_attributes_and_leaves_no_global(module):
    code = module.read_text()

    assert "data-" in code or "dataset" in code
    assert re.findall(r"window\.\w+\s*=|globalThis|innerHTML|eval\(", code) == []


def test_fonts_and_icons_come_with_their_licences():
    folders = [path for path in (STATIC / "vendor").iterdir() if path.is_dir()]

    assert sorted(path.name for path in folders) == ["bootstrap", "bootstrap-icons", "figtree", "source-serif-4"]
    assert all((path / "LICENSE").is_file() for path in folders)
    assert all(f"`{path.name}/`" in (STATIC / "vendor/README.md").read_text() for path in folders)


def test_all_addresses_survive_the_names_with_fingerprints(tmp_path):
    source = FileSystemStorage(location=STATIC)
    storage = ManifestStaticFilesStorage(location=tmp_path, base_url="/static/")
    paths = {
        str(path.relative_to(STATIC)): (source, str(path.relative_to(STATIC)))
        for path in STATIC.rglob("*")
        if path.is_file()
    }
    for path in paths:
        with source.open(path) as file:
            storage.save(path, file)

    failures = [outcome for _, _, outcome in storage.post_process(paths) if isinstance(outcome, Exception)]

    assert failures == []
    assert re.search(
        r"figtree-latin-wght-normal\.[0-9a-f]{12}\.woff2", (tmp_path / storage.stored_name("css/base.css")).read_text()
    )
