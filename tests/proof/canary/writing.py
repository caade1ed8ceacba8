"""People who write words of ours into everything that can be written, and send what is refused."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

from tests.proof.canary.trouble import WEB
from tests.proof.visitor import Visitor
from tests.totp import code_at

SOON = (date.today() + timedelta(days=30)).isoformat()
PASSWORD = "colloquy-demo"
NAMES = ("owner", "hr", "facilitator", "member", "peer", "former", "outsider", "twogroups", "super")


@dataclass
class Scene:
    """Who is there, and where: ``group`` is the address of the group of member@, ``elsewhere`` of another."""

    product: object
    book: object
    people: dict = field(default_factory=dict)
    refused: dict = field(default_factory=dict)
    troubled: dict = field(default_factory=dict)
    secrets: dict = field(default_factory=dict)
    tokens: dict = field(default_factory=dict)

    def __post_init__(self):
        for name in NAMES:
            self.people[name] = Visitor(self.product.port).sign_in(email_of(name), PASSWORD)
        self.group_id, self.elsewhere_id = map(self._group_of, ("member", "outsider"))
        self.seats = dict(self.product.sql(
            "SELECT split_part(email, '@', 1), m.id::text FROM groups_membership m"
            " JOIN accounts_person p ON p.id = m.person_id WHERE m.group_id = %s", [self.group_id]
        ))  # fmt: skip
        self.group, self.elsewhere = f"/groups/{self.group_id}", f"/groups/{self.elsewhere_id}"

    def _group_of(self, name):
        (group_id,) = self._of(
            "SELECT m.group_id FROM groups_membership m JOIN accounts_person p ON p.id = m.person_id"
            " JOIN groups_coachinggroup g ON g.id = m.group_id"
            " WHERE email = %s AND m.left_at IS NULL AND g.state = 'active'",
            email_of(name),
        )
        return group_id

    def _of(self, statement, *values):
        return [str(value) for (value,) in self.product.sql(statement, values)]

    def post(self, name, path, fields, *, status=302, headers=()):
        """Somebody sends a form; the answer, which has this status."""
        answer = self.people[name].ask("POST", path, fields, headers=headers)
        assert answer.status == status, f"{name} POST {path}: {answer.status} {answer.location} {answer.body[:3000]}"
        return answer

    def show_who_it_is(self, name):
        """Before what has to do with sign-in."""
        self.post(name, "/accounts/reauthenticate/", {"password": PASSWORD})


def email_of(name):
    return f"{name}@demo.example"


def write_everything(scene):
    """Each sealed column in each state, secrets of sign-in, and a session whose place everybody may know."""
    _goals_and_check_ins(scene)
    _steps(scene)
    _notes(scene)
    _raised(scene)
    _introduced(scene)
    _watched(scene)
    _drafts(scene)
    _journal(scene)
    _pairs(scene)
    _conversation(scene)
    _charters(scene)
    _short_ones(scene)
    _gone_with_its_writer(scene)


def _goals_and_check_ins(scene):
    for state in ("draft", "shared", "closed", "let go"):
        goal = write_goal(scene, "member", state)
        if state != "draft":
            scene.post("member", f"{goal}share/", {})
        if state in ("shared", "closed"):
            on = "on an open goal" if state == "shared" else "on a closed goal"
            words = scene.book.row("goals_checkin", on, "how_it_went", "what_next", "help_wanted")
            key = str(uuid4())
            scene.post("member", f"{goal}check-in/", {"confidence": "7", "key": key, **words})
            if state == "shared":
                _notice(scene, key)
        if state in ("closed", "let go"):
            outcome = {"closed": "reached", "let go": "let_go"}[state]
            words = scene.book.row("goals_goal", state, "lesson")
            scene.post("member", f"{goal}close/", {"outcome": outcome, **words})
        if state == "shared":
            scene.goal = goal
    _read_and_written_anew(scene, scene.goal)
    again = write_goal(scene, "member", "reworded", is_kept=False)
    scene.post("member", f"{again}edit/", {"title": "Other words", "behavior": "Seen", "why": "", "target_on": SOON})


def _notice(scene, check_in):
    """What three peers noticed: one note stands, one is thanked for, one is taken back."""
    for name, state in (("facilitator", "standing"), ("peer", "thanked"), ("twogroups", "taken back")):
        words = scene.book.row("goals_checkinnote", state, "text", is_kept=state != "taken back")
        key = str(uuid4())
        scene.post(name, f"{scene.group}/check-ins/{check_in}/notice/", {"key": key, **words})
        if state == "thanked":
            scene.post("member", f"{scene.group}/noticed/{key}/thank/", {})
        if state == "taken back":
            scene.post(name, f"{scene.group}/noticed/{key}/take-back/", {})
    scene.check_in = check_in


def _read_and_written_anew(scene, goal):
    """A goal of member@ gets a reading, and then the words it has as a new version: the first ones are kept."""
    words = scene.book.row("goals_goalversion", "replaced", "title", "behavior", "why", "first_steps")
    address = scene.post("member", f"{scene.group}/goals/new/", {**words, "target_on": SOON}).location
    scene.post("member", f"{address}share/", {})
    give_reading(scene, "peer", "member", address, "given")
    new = {"title": "Other words", "behavior": "Seen", "why": "", "first_steps": "", "target_on": SOON}
    scene.post("member", f"{address}new-version/", new)
    scene.post("member", f"{address}close/", {"outcome": "reached"})


def give_reading(scene, author, coachee, goal, state, **how):
    """``coachee`` asks ``author`` for a reading of the goal at this address, who gives it."""
    scene.post(coachee, f"{goal}readings/ask/", {"peers": scene.seats[author], "until_on": SOON})
    (request,) = scene._of(
        "SELECT id FROM goals_readingrequest WHERE goal_id = %s AND peer_id = %s AND closed_at IS NULL",
        goal.split("/")[-2],
        scene.seats[author],
    )
    words = scene.book.row("goals_progressreading", state, "suggestion", **how)
    scene.post(author, f"{scene.group}/readings/{request}/", {"value": "-2", **words})


def write_goal(scene, name, state, **how):
    """The address of a new goal."""
    words = scene.book.row("goals_goal", state, "title", "behavior", "why", "first_steps", **how)
    return scene.post(name, f"{scene.group}/goals/new/", {**words, "target_on": SOON}).location


def _steps(scene):
    for state in ("open", "closed"):
        key = str(uuid4())
        words = scene.book.row("goals_actionstep", state, "text")
        fields = {"key": key, "due_on": SOON, "asker": scene.seats["peer"], **words}
        scene.post("member", f"{scene.group}/steps/new/", fields)
        if state == "closed":
            scene.post("member", f"{scene.group}/steps/{key}/close/", {})
    for state in ("let go", "taken back"):
        step = write_step(scene, "member", state, *(["text"] if state == "let go" else []))
        words = scene.book.row("goals_actionstep", state, "why_let_go", is_kept=state == "let go")
        scene.post("member", f"{step}let-go/", {"why": words["why_let_go"]})
        if state == "taken back":
            scene.post("member", f"{step}reopen/", {})
    move_step(scene, "member", write_step(scene, "member", "moved"), "moved")


def write_step(scene, name, state, *columns, **how):
    """The address of a new step; without ``columns`` its words are none of ours."""
    words = scene.book.row("goals_actionstep", state, *columns, **how)
    key = str(uuid4())
    scene.post(name, f"{scene.group}/steps/new/", {"key": key, "due_on": SOON, "text": "A step", **words})
    return f"{scene.group}/steps/{key}/"


def move_step(scene, name, step, state, **how):
    words = scene.book.row("goals_stepmove", state, "why", **how)
    later = (date.today() + timedelta(days=40)).isoformat()
    scene.post(name, f"{step}move/", {"from_on": SOON, "to_on": later, **words})


def _notes(scene):
    for state in ("unopened", "opened"):
        note = write_note(scene, "member", state)
        if state == "opened":
            scene.post("peer", f"{note}open/", {})
            scene.note = note
    write_below(scene, "peer", scene.note, "question", "asked")
    write_below(scene, "member", scene.note, "reply", "replied")
    write_below(scene, "peer", scene.note, "answer", "answered")
    _help(scene)
    for state in ("asked", "declined"):
        request = ask_peer(scene, "member", state)
        if state == "declined":
            scene.post("peer", f"{request}decline/", {})


def _watched(scene):
    """The group's next session has just begun, and members name what to watch for in it."""
    (scene.session_id,) = scene._of(
        "SELECT id FROM coaching_sessions_coachingsession WHERE group_id = %s AND starts_at > now()"
        " ORDER BY starts_at LIMIT 1",
        scene.group_id,
    )
    scene.product.sql(
        "UPDATE coaching_sessions_coachingsession SET starts_at = now() - interval '10 minutes',"
        " ends_at = now() + interval '3 hours' WHERE id = %s",
        [scene.session_id],
    )
    for name, state in (("member", "reworded"), ("member", "named"), ("peer", "taken back"), ("twogroups", "erased")):
        words = scene.book.row("feedback_watchedbehavior", state, "text", is_kept=state == "named")
        address = f"{scene.group}/sessions/{scene.session_id}/watch/"
        scene.post(name, address, words)
        if state == "taken back":
            scene.post(name, f"{address}take-back/", {})


def _raised(scene):
    """What stands in the way: raised to who facilitates or to the group, taken back, handled."""
    states = ("raised", "to the group", "taken back", "handled", "erased")
    for name, state in zip(("member", "member", "peer", "member", "twogroups"), states, strict=True):
        is_kept = state in ("raised", "to the group")
        words = scene.book.row("feedback_airflag", state, "text", is_kept=is_kept)
        key, circle = str(uuid4()), "group" if state == "to the group" else "facilitator"
        scene.post(name, f"{scene.group}/feedback/air/new/", {"key": key, "circle": circle, **words})
        if state == "taken back":
            scene.post(name, f"{scene.group}/feedback/air/{key}/take-back/", {})
        if state == "handled":
            scene.post("facilitator", f"{scene.group}/feedback/air/{key}/handled/", {})


def _introduced(scene):
    """Members tell the group about themselves."""
    columns = ("working_on", "misread", "thinking", "call_out", "outside")
    for name, state in (("member", "reworded"), ("member", "shared"), ("peer", "taken back"), ("twogroups", "erased")):
        words = scene.book.row("feedback_introduction", state, *columns, is_kept=state == "shared")
        scene.post(name, f"{scene.group}/feedback/in-common/share/", {**words, "topics": "delegating"})
        if state == "taken back":
            scene.post(name, f"{scene.group}/feedback/in-common/take-back/", {})


def ask_peer(scene, name, state, **how):
    """The address of a request to peer@."""
    key = str(uuid4())
    words = scene.book.row("feedback_feedbackrequest", state, "about", **how)
    soon = (date.today() + timedelta(days=7)).isoformat()
    fields = {"key": key, "peers": scene.seats["peer"], "until_on": soon, **words}
    scene.post(name, f"{scene.group}/feedback/ask/", fields)
    return f"{scene.group}/feedback/asked/{key}/"


def _help(scene):
    """A note with which its reader wants help, and takes that back, and wants it again."""
    for state in ("taken back", "asked"):
        ask_for_help(scene, "peer", scene.note, state, is_kept=state == "asked")
        if state == "taken back":
            (help_id,) = scene._of("SELECT id FROM feedback_helprequest WHERE note_id = %s", scene.note.split("/")[-2])
            scene.post("peer", f"{scene.group}/feedback/help/{help_id}/take-back/", {})


def ask_for_help(scene, name, note, state, **how):
    scene.post(name, f"{note}help/", scene.book.row("feedback_helprequest", state, "text", **how))


def write_note(scene, name, state, **how):
    words = scene.book.row("feedback_feedbacknote", state, "situation", "behavior", "impact", "question", **how)
    return send_note(scene, name, "peer", **words)


def send_note(scene, name, to, **words):
    """The address of a note; without ``words`` none of ours are in it."""
    key, plain = str(uuid4()), dict.fromkeys(("situation", "behavior", "impact"), "Words")
    fields = {"key": key, "recipient": scene.seats[to], "kind": "keep", **plain, **words}
    scene.post(name, f"{scene.group}/feedback/new/", fields)
    return f"{scene.group}/feedback/{key}/"


def write_below(scene, name, note, part, state, **how):
    columns = ["text", "will_do"] if part == "answer" else ["text"]
    words = scene.book.row("feedback_noteanswer", state, *columns, **how)
    scene.post(name, f"{note}{part}/", words)


def _drafts(scene):
    for state, place in (("sent", "goals:goal_new"), ("dropped", "feedback:note_new"), ("kept", "goals:step_new")):
        words = scene.book.row("groups_draft", state, "fields", is_kept=state == "kept")["fields"]
        tab = str(uuid4())
        keep = {"place": place, "tab": tab, "words": f'{{"title": "{words}", "text": "{words}"}}'}
        scene.post("member", f"{scene.group}/drafts/", keep, status=200)
        if state == "sent":
            fields = {"title": "Sent", "behavior": "Seen", "why": "", "target_on": SOON, "draft": tab}
            scene.post("member", f"{scene.group}/goals/new/", fields)
        if state == "dropped":
            (draft,) = scene._of("SELECT id FROM groups_draft WHERE tab = %s", tab)
            scene.post("member", f"{scene.group}/drafts/{draft}/drop/", {})


def _pairs(scene):
    """The personal line of an invitation, sent, refused and withdrawn."""
    terms = {"rhythm": "2", "decide_on": SOON}
    line = scene.book.word("the line of an invitation to a pair")
    scene.post("member", "/pairs/new/", {"email": "colleague@demo.example", "line": line, **terms})
    refused = scene.book.word("the line of an invitation to oneself")
    scene.post("member", "/pairs/new/", {"email": email_of("member"), "line": refused, **terms}, status=422)
    key, gone = str(uuid4()), scene.book.word("the line of an invitation that is withdrawn")
    scene.post("member", "/pairs/new/", {"key": key, "email": "", "line": gone, **terms})
    scene.post("member", f"/pairs/invitations/{key}/withdraw/", {})


def _conversation(scene):
    """member@ and peer@ become a pair and talk; peer@ ends it, and takes their words along."""
    key = str(uuid4())
    scene.post("member", "/pairs/new/", {"key": key, "email": "", "line": "", "rhythm": "2", "decide_on": SOON})
    invited = re.findall(r'value="[^"]*(/pairs/invited/[^"]+)"', scene.people["member"].get("/pairs/").body)[-1]
    scene.post("peer", f"{invited}accept/", {"rhythm": "2"})
    scene.post("member", f"/pairs/invitations/{key}/confirm/", {})
    (pair,) = scene._of("SELECT group_id FROM groups_pairinvitation WHERE id = %s", key)
    (charter,) = scene._of("SELECT id FROM groups_charter WHERE group_id = %s", pair)
    for name in ("member", "peer"):
        scene.post(name, f"/groups/{pair}/charter/", {"charter": charter})
    talk = scene.post("member", f"/groups/{pair}/conversations/begin/", {}).location
    said = scene.book.row("goals_conversationturn", "said", "text", "more")
    scene.post("member", f"{talk}write/issue/", said)
    taken = scene.book.row("goals_conversationturn", "erased", "text", is_kept=False)
    scene.post("peer", f"{talk}write/question/", taken)
    scene.post("peer", f"/groups/{pair}/leave/", {"words": "goes"})


def _journal(scene):
    """Its goal is an id and no word: what it holds besides is written by hand, see ``_short_ones``."""
    words = scene.book.row("groups_draft", "of the journal", "fields")["fields"]
    keep = {"place": "goals:journal_new", "tab": str(uuid4()), "words": f'{{"text": "{words}"}}'}
    scene.post("member", "/drafts/", keep, status=200)
    for state in ("written", "reworded", "deleted"):
        key = str(uuid4())
        words = scene.book.row("goals_journalentry", state, "text", is_kept=state == "written")
        scene.post("member", "/journal/new/", {"key": key, **words})
        if state == "reworded":
            page = scene.people["member"].get(f"/journal/{key}/edit/")
            fields = {"text": "Other words", "version": page.hidden("version")}
            scene.post("member", f"/journal/{key}/edit/", fields)
        if state == "deleted":
            scene.post("member", f"/journal/{key}/delete/", {})
        if state == "written":
            sought = {"words": words["text"].split()[2]}
            scene.post("member", "/journal/search/", sought, status=200)


def _charters(scene):
    for state, name in (("in force", "member"), ("declined", "peer"), ("proposed", "member")):
        text = scene.book.row("groups_charter", state, "clauses")["clauses"]
        page = scene.people[name].get(f"{scene.group}/charter/words/")
        fields = {"action": "propose", "read": page.hidden("read"), "title_1": text, "text_1": "It stays here."}
        scene.post(name, f"{scene.group}/charter/words/", fields)
        if state == "in force":
            scene.product.by_hand("sign", scene.group_id)
        if state == "declined":
            (newest,) = scene._of(
                "SELECT id FROM groups_charter WHERE group_id = %s ORDER BY version DESC LIMIT 1", scene.group_id
            )
            scene.post("member", f"{scene.group}/charter/versions/{newest}/decline/", {})


def _short_ones(scene):
    book = scene.book
    confidence = book.short("goals_checkin", "confidence", "by hand", 2)
    book.short("goals_progressreading", "value", "by hand", 2)
    book.short("feedback_feedbacknote", "kind", "by hand", 4)
    book.short("goals_journalentry", "goal_ref", "by hand", 4)
    book.short("feedback_introduction", "topics", "by hand", 4)
    book.short("feedback_mirror", "words", "by hand", 4)
    book.short("feedback_mirrorchoice", "words", "by hand", 4)
    scene.product.by_hand("short", email_of("outsider"), confidence)


def _gone_with_its_writer(scene):
    """Somebody sets up an authenticator app, writes, and leaves with their words."""
    scene.show_who_it_is("twogroups")
    page = scene.people["twogroups"].get("/accounts/second-step/totp/activate/")
    secret = re.search(r'id="authenticator_secret" value="([A-Z2-7]+)"', page.body)[1]
    scene.post("twogroups", "/accounts/second-step/totp/activate/", {"code": code_at(secret)})
    give_reading(scene, "twogroups", "member", scene.goal, "erased", is_kept=False)
    words = scene.book.row("goals_goalversion", "erased", "title", "behavior", "why", "first_steps", is_kept=False)
    goal = scene.post("twogroups", f"{scene.group}/goals/new/", {**words, "target_on": SOON}).location
    scene.post("twogroups", f"{goal}share/", {})
    scene.post("twogroups", f"{goal}readings/ask/", {"peers": scene.seats["peer"], "until_on": SOON})
    (request,) = scene._of("SELECT id FROM goals_readingrequest WHERE goal_id = %s", goal.split("/")[-2])
    scene.post("peer", f"{scene.group}/readings/{request}/", {"value": "1", "suggestion": ""})
    words = scene.book.row("goals_goal", "erased", "title", "behavior", "why", "first_steps", is_kept=False)
    scene.post("twogroups", f"{goal}new-version/", {**words, "target_on": SOON})
    words = scene.book.row("goals_checkin", "erased", "how_it_went", "what_next", "help_wanted", is_kept=False)
    scene.post("twogroups", f"{goal}check-in/", words)
    step = write_step(scene, "twogroups", "erased", "text", is_kept=False)
    move_step(scene, "twogroups", step, "erased", is_kept=False)
    words = scene.book.row("goals_actionstep", "erased", "why_let_go", is_kept=False)
    scene.post("twogroups", f"{step}let-go/", {"why": words["why_let_go"]})
    words = scene.book.row("goals_checkinnote", "erased", "text", is_kept=False)
    scene.post("twogroups", f"{scene.group}/check-ins/{scene.check_in}/notice/", words)
    write_note(scene, "twogroups", "erased", is_kept=False)
    note = send_note(scene, "member", "twogroups")
    scene.post("twogroups", f"{note}open/", {})
    write_below(scene, "twogroups", note, "answer", "erased", is_kept=False)
    ask_for_help(scene, "twogroups", note, "erased", is_kept=False)
    ask_peer(scene, "twogroups", "erased", is_kept=False)
    scene.post("twogroups", f"{scene.group}/leave/", {"words": "goes"})
    scene.secrets["authenticator app"] = secret


def invite(scene):
    """HR invites somebody who has left once more, whose token then is in a mail."""
    (participant,) = scene._of("SELECT id FROM groups_participant WHERE lower(email) = %s", email_of("former"))
    scene.post("hr", f"/o/meridian/groups/{scene.group_id}/invite/{participant}/", {})


def schedule(scene, place):
    """A session: its place is plain, in mails and in the calendar."""
    day = (date.today() + timedelta(days=21)).isoformat()
    fields = {"title": "Plain", "agenda": "", "people": "6", "date": day, "time": "10:00", "timezone": "UTC"}
    path = f"{scene.group}/sessions/new/"
    page = scene.people["facilitator"].get(path)
    fields["agenda"] = re.search(r'name="agenda" value="([^"]+)"|value="([^"]+)"[^>]*name="agenda"', page.body)[1]
    scene.post("facilitator", path, {**fields, "place": place})


# What is refused -----------------------------------------------------------------------------------------------------


def send_what_is_refused(scene):
    """Forms that are refused, each with a word in it; ``scene.refused`` maps what it is to the status."""
    member, stranger = scene.people["member"], Visitor(scene.product.port)
    stranger._cookies = {"csrftoken": member._cookies["csrftoken"]}
    here, new = f"http://localhost:{scene.product.port}", f"{scene.group}/goals/new/"

    def refuse(what, who, path, fields, method="POST", **headers):
        answer = who.ask(method, path, fields, headers=headers)
        scene.refused[what] = answer.status

    def typed(what, **more):
        text = scene.book.word(what)
        return {"title": text, "behavior": text, "why": text, "target_on": SOON, **more}

    wrong = {"X-CSRFToken": "x" * 32, "Origin": here}
    refuse("not complete", member, new, typed("not complete", target_on="never"))
    refuse("sign-in expired", stranger, new, typed("sign-in expired"))
    refuse("token too old", member, new, typed("token too old"), **wrong)
    refuse("from elsewhere", member, new, typed("from elsewhere"), **{**wrong, "Origin": "https://elsewhere.example"})
    refuse("not one's own", scene.people["peer"], f"{scene.goal}edit/", typed("not one's own"))
    refuse("another group", member, f"{scene.elsewhere}/goals/new/", typed("another group"))
    refuse("somebody else's form", member, new, typed("somebody else's form", draft_by=str(uuid4())))
    refuse("no such method", member, "/today/", typed("no such method"))
    refuse("too many fields", member, new, typed("too many fields", **{f"x{n}": "" for n in range(1001)}))
    refuse("too large", member, new, typed("too large", more="x" * 6_500_000))
    word = scene.book.word("draft too long")
    long_draft = {"place": "goals:goal_new", "tab": str(uuid4()), "words": f'{{"title": "{word} {"x" * 31_000}"}}'}
    refuse("draft too long", member, f"{scene.group}/drafts/", long_draft)
    word = scene.book.word("draft of nothing")
    refuse("draft of nothing", member, f"{scene.group}/drafts/", {"place": word, "tab": word, "words": word})
    refuse("in an address", member, f"{scene.group}/{scene.book.word('in an address')}/", None, "GET")
    word = scene.book.word("in a query")
    refuse("in a query", member, f"{scene.group}/goals/?page={word}", None, "GET", Referer=f"{here}/?q={word}")
    word = scene.book.word("a wrong password")
    refuse("a wrong password", stranger, "/accounts/login/", {"login": "thabo@demo.example", "password": word})
    word = scene.book.word("a password as address")
    refuse("a password as address", stranger, "/accounts/login/", {"login": f"{word}@x.example", "password": "x" * 12})


REFUSED = {
    "not complete": 422,
    "sign-in expired": 401,
    "token too old": 403,
    "from elsewhere": 403,
    "not one's own": 403,
    "another group": 404,
    "somebody else's form": 409,
    "no such method": 405,
    "too many fields": 400,
    "too large": 400,
    "draft too long": 413,
    "draft of nothing": 422,
    "in an address": 404,
    "in a query": 200,
    "a wrong password": 200,
    "a password as address": 200,
}


# What goes wrong -----------------------------------------------------------------------------------------------------


def run_into_trouble(scene):
    """A request for each place of trouble; ``scene.troubled`` maps the place to the answer."""
    for place in WEB:
        headers = {"X-Trouble": place}
        if place in ("template", "selector"):
            answer = scene.people["member"].ask("GET", scene.goal, headers=headers)
        else:
            text = scene.book.word(f"trouble: {place}")
            fields = {"title": text, "behavior": text, "why": text, "target_on": SOON}
            answer = scene.people["member"].ask("POST", f"{scene.group}/goals/new/", fields, headers=headers)
        scene.troubled[place] = answer


# At last, because it ends sign-ins -----------------------------------------------------------------------------------


def change_password(scene):
    """Peer gets another password, and signs in with it."""
    scene.show_who_it_is("peer")
    word = scene.book.word("a new password")
    fields = {"oldpassword": PASSWORD, "password1": word, "password2": word}
    scene.post("peer", "/accounts/password/change/", fields)
    Visitor(scene.product.port).sign_in(email_of("peer"), word)
