"""Somebody with a browser that shows nothing: asks a running server for pages, from as many threads as one likes."""

import http.client
import io
import re
import zipfile
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode


def readable(body):
    """An answer as text; of a workbook, which is packed, all that is in it."""
    if not body.startswith(b"PK"):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "\n".join(packed.read(name).decode() for name in packed.namelist())


@dataclass(frozen=True)
class Answer:
    """What the server said; ``headers`` in lower case."""

    status: int
    headers: dict
    body: str

    @property
    def location(self):
        return self.headers.get("location", "")

    def hidden(self, name):
        """The value of a hidden field in the page's form."""
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', self.body)[0]
        return re.search(r'value="([^"]*)"', field)[1]


class Visitor:
    """One person at ``localhost:port``; cookies are taken while signing in and only read afterwards."""

    def __init__(self, port):
        self.port = port
        self._cookies = {}

    def ask(self, method, path, fields=None, *, seconds=30, headers=()):
        """Ask once, on a connection of its own. Raises OSError or HTTPException when no whole answer comes."""
        answer, _cookies = self._ask(method, path, fields, seconds, headers)
        return answer

    def get(self, path, **how):
        return self.ask("GET", path, **how)

    def post(self, path, fields, **how):
        return self.ask("POST", path, fields, **how)

    def sign_in(self, email, password):
        """Through the form, as everybody does."""
        for method, fields in (("GET", None), ("POST", {"login": email, "password": password})):
            answer, cookies = self._ask(method, "/accounts/login/", fields, 30)
            self._cookies |= {name: morsel.value for name, morsel in cookies.items() if name != "messages"}
        assert answer.status == 302, f"{email} was not signed in: {answer.status}"
        return self

    def _ask(self, method, path, fields, seconds, more_headers=()):
        connection = self._send(method, path, fields, seconds, more_headers)
        try:
            response = connection.getresponse()
            cookies = SimpleCookie()
            for line in response.headers.get_all("set-cookie", []):
                cookies.load(line)
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, readable(response.read())), cookies
        finally:
            connection.close()

    def _send(self, method, path, fields, seconds, more_headers):
        headers = {"Host": f"localhost:{self.port}", "Connection": "close"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        body = None
        if method == "POST":
            body = urlencode(fields)
            headers |= {"X-CSRFToken": self._cookies["csrftoken"], "Content-Type": "application/x-www-form-urlencoded"}
        headers |= dict(more_headers)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, body, headers)
        except BaseException:
            connection.close()
            raise
        return connection
