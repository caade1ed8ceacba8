"""Words that are like no others are written everywhere, and looked for in everything that the product has written."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from django.utils.crypto import salted_hmac

from tests.e2e.conftest import running
from tests.proof.canary import writing
from tests.proof.canary.book import Book, letters, wanted
from tests.proof.canary.leaks import LEAKS
from tests.proof.canary.looking import Loud, addresses, ids_around
from tests.proof.canary.search import Search
from tests.proof.canary.trouble import WEB
from tests.proof.visitor import Visitor
from tests.services.processes import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("the whole product")]

OUTSIDE = ("nobody", "hr", "owner", "super", "outsider", "former")
INSIDE = ("member", "peer", "facilitator")
TOLD_TO_THE_GROUP = ("feedback_watchedbehavior", "feedback_introduction", "feedback_airflag")
PLACES = ("dump, plain", "dump, custom", "Valkey", "pg_stat_activity", "valkey/", "mail/", "/base/", "/pg_wal/")


@dataclass
class Told:
    """What was written, and where it was found: ``found`` and ``shown`` map places to {(name, spelling)}."""

    scene: writing.Scene
    place: str
    leaked: Book
    opened: dict = field(default_factory=dict)
    found: dict = field(default_factory=dict)
    shown: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    searched: set = field(default_factory=set)

    def where(self, name):
        return {place for place, found in self.found.items() if name in names(found)}


def names(found):
    return {name for name, _way in found}


@pytest.fixture(scope="module")
def told():
    book, leaked = Book(), Book()
    environment = {"CANARY_MARK": book.mark, "CANARY_ELSEWHERE": book.word("trouble: worker")}
    with running(module="tests.proof.canary", COLLOQUY_LOG_LEVEL="DEBUG", **environment) as installation:
        product = Loud(installation)
        product.turn_up()
        told = Told(writing.Scene(product, book), f"Room {letters(16)}", leaked)
        write(told)
        told.opened = product.opened()
        look(told)
        yield told


def write(told):
    scene = told.scene
    writing.invite(scene)
    scene.tokens = tokens_of(scene.product)
    writing.write_everything(scene)
    writing.schedule(scene, told.place)
    writing.send_what_is_refused(scene)
    writing.run_into_trouble(scene)


def tokens_of(product):
    """The tokens of an invitation to a group and of one to a duty, which are still open, as mails hold them."""
    tokens = {}
    for purpose, table in (("invitation", "groups_invitation"), ("staff_invitation", "accounts_staffinvitation")):
        ((pk,),) = product.sql(f"SELECT id FROM {table} WHERE accepted_at IS NULL ORDER BY id DESC LIMIT 1")
        secret = product.secrets["secret_key"]
        tokens[purpose] = salted_hmac(f"colloquy.{purpose}", str(pk), secret=secret, algorithm="sha256").hexdigest()
    return tokens


def look(told):
    """Every page as everybody first, then what that and all the rest has left behind."""
    scene, product = told.scene, told.scene.product
    leaked = {f"leak: {name}": told.leaked.word(name) for name in LEAKS}
    search = Search(
        {
            **scene.book.words,
            **leaked,
            **secrets_of(scene, told.opened),
            "the place": told.place,
            "wedges": scene.book.wedges,
        },
        marks=[scene.book.mark, told.leaked.mark],
    )
    ids = ids_around(scene)
    scene.people["nobody"] = Visitor(product.port)
    for name in OUTSIDE + INSIDE:
        for answer, data in open_everything(scene.people[name], ids):
            if found := search.within(data):
                told.shown[f"{name} {answer}"] = found
    for name in ("hr", "owner", "super", "former", *INSIDE):
        scene.show_who_it_is(name)
        for form in ("page", "data"):
            answer = scene.post(name, f"/you/words/{form}/", {}, status=200)
            told.shown[f"{name} export {form}"] = search.within(answer.body.encode())
    for name, (_make, _places) in LEAKS.items():
        visitor = "hr" if name == "page" else "member"
        answer = scene.people[visitor].ask(
            "GET", "/trust/", headers={"X-Leak": name, "X-Word": leaked[f"leak: {name}"]}
        )
        told.shown[f"{visitor} leak {name}"] = search.within(answer.body.encode())
    writing.change_password(scene)
    for sign in ("task failed", "nudge_not_made"):
        assert wait_for(lambda sign=sign: sign in product.log("worker"), seconds=30), sign
    for place, data in product.places():
        told.searched.add(place)
        if found := search.all_within(data):
            told.found[place] = found
    for place, answer in scene.troubled.items():
        told.errors[place] = search.within(answer.body.encode())


def secrets_of(scene, opened):
    """What is no word of ours, and must not be found either."""
    sessions = {
        f"secret: sign-in of {name}": one._cookies["sessionid"]
        for name, one in scene.people.items()
        if "sessionid" in one._cookies
    }
    small = {f"secret: small {number}": text for number, text in enumerate(opened["secrets"])}
    return {**sessions, **small, **{f"token: {name}": token for name, token in scene.tokens.items()}}


def open_everything(visitor, ids):
    """(address, what was answered) for every address of the site."""

    def ask(path):
        answer = visitor.get(path)
        return f"{answer.status} {path}", f"{answer.headers} {answer.body}".encode()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(ask, addresses(ids)))


# What was written, and what was met ----------------------------------------------------------------------------------


def test_every_sealed_column_was_written_in_every_state(told):
    columns = [tuple(name.split(".")) for name in told.opened["texts"]]
    assert set(told.scene.book.sealed) == wanted(columns)


def test_what_is_to_be_kept_is_there_and_opens_and_the_rest_is_gone(told):
    for (table, column, state), (word, is_kept) in told.scene.book.sealed.items():
        holds = any(word in text for text in told.opened["texts"][f"{table}.{column}"])
        assert holds == is_kept, f"{table}.{column}, {state}"


def test_what_is_refused_was_refused(told):
    assert told.scene.refused == writing.REFUSED


def test_every_trouble_was_met_and_its_error_says_no_word(told):
    assert {place: answer.status for place, answer in told.scene.troubled.items()} == dict.fromkeys(WEB, 500)
    assert told.errors == dict.fromkeys(WEB, set())
    assert told.scene.product.log("web").count("[Trouble caused by ValueError") >= len(WEB)
    assert "task failed [Trouble caused by ValueError" in told.scene.product.log("worker")
    assert "nudge_not_made" in told.scene.product.log("worker")


# Where the words are not ---------------------------------------------------------------------------------------------

# Open to others by nature: each with the places where it may be.
EXCUSED = {
    "the place": ("dump", "logs/", "mail/", "postgres/", "pg_stat_activity"),
    "token": ("mail/",),
    # What is typed where an address belongs is looked up as one, in a statement that is logged at debug level only.
    "a password as address": ("logs/postgres.log", "logs/web.log"),
}


def is_excused(name, place):
    return any(name.startswith(excuse) and place.startswith(places) for excuse, places in EXCUSED.items())


def test_no_file_dump_log_mail_or_message_holds_a_word(told):
    leaked = {
        (name, way, place)
        for place, found in told.found.items()
        for name, way in found
        if not name.startswith("leak: ") and not is_excused(name, place)
    }
    assert leaked == set()


def test_every_kind_of_place_was_searched(told):
    for part in (*PLACES, *(f"logs/{name}.log" for name in ("web", "worker", "beat", "postgres"))):
        assert any(part in place for place in told.searched), part


def test_whoever_is_outside_is_shown_no_word_on_any_page(told):
    shown = {
        (visitor, name)
        for visitor, found in told.shown.items()
        if visitor.split()[0] in OUTSIDE and " leak " not in visitor
        for name in names(found)
        if not name.startswith("token: ")  # who opens a link with a token has it
    }
    assert shown == set()


def test_a_copy_of_ones_own_holds_what_one_wrote_and_was_told_and_no_more(told):
    def copied(who, form):
        return names(told.shown[f"{who} export {form}"])

    sealed = told.scene.book.sealed.items()
    kept = {f"{table}.{column}, {state}" for (table, column, state), (_word, is_kept) in sealed if is_kept}
    marked = kept & set(told.scene.book.words)
    # what somebody declined they wrote themselves, but for a request for feedback, which whoever asked wrote
    declined = {name for name in marked if name.endswith(", declined") and not name.startswith("feedback_")}
    about_a_note = {name for name in marked if name.startswith("feedback_helprequest")}  # never for the note's author
    in_no_column_of_its_own = {"the line of an invitation to a pair"}
    told_to_two = {name for name in marked if name.startswith(("feedback_", "goals_progressreading"))}
    told_to_two = {name for name in told_to_two if not name.startswith(TOLD_TO_THE_GROUP)}
    for form in ("page", "data"):
        assert copied("member", form) == (marked - declined - about_a_note) | in_no_column_of_its_own
        assert copied("peer", form) == told_to_two | declined | {"goals_checkinnote.text, thanked"}
        assert copied("facilitator", form) == {"goals_checkinnote.text, standing"}


def test_an_unopened_note_and_a_draft_are_shown_to_one_person_only(told):
    seen = {
        (visitor.split()[0], name)
        for visitor, found in told.shown.items()
        if " export " not in visitor
        for name in names(found)
        if "unopened" in name or name.startswith(("groups_draft", "goals_goal.title, draft"))
    }
    assert {name for _who, name in seen} >= {"groups_draft.fields, kept", "goals_goal.title, draft"}
    assert {who for who, _name in seen} == {"member"}


def test_a_reading_is_shown_to_the_two_only(told):
    seen = {
        visitor.split()[0]
        for visitor, found in told.shown.items()
        if " export " not in visitor and "goals_progressreading.suggestion, given" in names(found)
    }
    assert seen == {"member", "peer"}


# Whether the search finds anything -----------------------------------------------------------------------------------


def test_what_is_open_is_found_where_it_is(told):
    assert told.where("the place") >= {"dump, plain", "dump, custom", "logs/postgres.log"}
    assert any(place.startswith("mail/") for place in told.where("the place"))
    assert any(place.startswith("postgres/data/base") for place in told.where("the place"))
    assert any(place.startswith("postgres/data/pg_wal") for place in told.where("the place"))
    assert {"member", "peer", "facilitator"} == {
        visitor.split()[0] for visitor, found in told.shown.items() if "goals_goal.title, shared" in names(found)
    }


@pytest.mark.parametrize("leak", LEAKS)
def test_each_leak_on_purpose_is_found(told, leak):
    _make, places = LEAKS[leak]
    where = told.where(f"leak: {leak}") | {
        visitor for visitor, found in told.shown.items() if f"leak: {leak}" in names(found)
    }
    for part in places:
        assert any(part in place for place in where), f"{part}: {where}"
