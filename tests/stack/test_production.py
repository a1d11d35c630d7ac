"""The app under production settings, served over HTTP: cookies, HSTS and the way to https on real answers."""

import http.client
import sys
import time
from http.cookies import Morsel, SimpleCookie

import pytest

from stack import children
from tests.stack.plants import ROOT, START_SECONDS, clean_environment, free_port, manage

pytestmark = pytest.mark.django_db
HOST = "floorops.example"
PASSWORD = "seven-blue-lathes-hum"
A_YEAR = "max-age=31536000; includeSubDomains; preload"


class Served:
    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, *, secure: bool = True, cookies: dict[str, str] | None = None, body: str = "") -> "Answer":
        """``secure`` says, as the proxy in front does, that the browser spoke https."""
        headers = {"Host": HOST, "X-Forwarded-Proto": "https" if secure else "http", "Referer": f"https://{HOST}/sign-in"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body or None, headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.words = response.read().decode()
        self.cookies: dict[str, Morsel] = {}
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= SimpleCookie(line)


@pytest.fixture(scope="module")
def production(given_servers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("production")
    surroundings = given_servers() | {
        "DJANGO_SETTINGS_MODULE": "floorops.settings.prod",
        "SECRET_KEY": "only for this test, and long enough for it: 0123456789abcdefghij",
        "ALLOWED_HOSTS": HOST,
        "STATIC_ROOT": str(folder / "static"),
        "FLOOROPS_ADMIN_PASSWORD": PASSWORD,
    }
    for words in (["collectstatic", "--no-input"], ["create_admin", "chief"]):
        done = manage(folder / "var", *words, **surroundings)
        assert done.returncode == 0, done.stderr
    port = free_port()
    web = ["-m", "gunicorn", "floorops.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "warning"]
    with (folder / "web.log").open("wb") as log:
        child = children.start(
            [sys.executable, *web], cwd=ROOT, env=clean_environment(folder / "var", **surroundings), stdout=log, stderr=log
        )
    served = Served(port)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                served.ask("GET", "/healthz", secure=False)
                break
            except OSError:
                assert child.poll() is None, (folder / "web.log").read_text()
                assert time.monotonic() < until, (folder / "web.log").read_text()
                time.sleep(0.2)
        yield served
    finally:
        children.end([child])


def test_what_comes_unencrypted_is_sent_to_https_and_gets_no_cookie(production):
    answer = production.ask("GET", "/sign-in?next=/more", secure=False)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/sign-in?next=/more")
    assert answer.cookies == {}


def test_every_secure_answer_asks_the_browser_to_stay_with_https_for_a_year(production):
    for path, status in (("/sign-in", 200), ("/", 302), ("/nowhere", 404)):
        answer = production.ask("GET", path)
        assert (answer.status, answer.headers["Strict-Transport-Security"]) == (status, A_YEAR), path


def test_another_name_than_ours_is_not_answered(production):
    headers = {"Host": "elsewhere.example", "X-Forwarded-Proto": "https"}
    connection = http.client.HTTPConnection("127.0.0.1", production.port, timeout=20)
    connection.request("GET", "/sign-in", headers=headers)
    assert connection.getresponse().status == 400
    connection.close()


def test_every_cookie_travels_over_https_alone(production):
    door = production.ask("GET", "/sign-in")
    csrf = door.cookies["floorops_csrf"]
    body = f"username=chief&password={PASSWORD}&csrfmiddlewaretoken={csrf.value}"
    inside = production.ask("POST", "/sign-in", cookies={"floorops_csrf": csrf.value}, body=body)
    assert (inside.status, inside.headers["Location"]) == (302, "/")
    token = inside.cookies["floorops_csrf"].value
    chosen = production.ask("POST", "/language", cookies={"floorops_csrf": token}, body=f"language=zh-hans&csrfmiddlewaretoken={token}")
    dark = production.ask("POST", "/theme", cookies={"floorops_csrf": token}, body=f"theme=dark&csrfmiddlewaretoken={token}")
    assert (chosen.status, dark.status) == (302, 302)

    seen = door.cookies | inside.cookies | chosen.cookies | dark.cookies
    assert set(seen) == {"floorops_csrf", "floorops_session", "floorops_language", "floorops_theme"}
    for name, cookie in seen.items():
        assert (bool(cookie["secure"]), cookie["samesite"]) == (True, "Lax"), name
        assert bool(cookie["httponly"]) == (name != "floorops_csrf"), name
