"""Nobody but the browser that was given the address gets anything from the review server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from collected import HOSTILE
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from junkfilter.labels.items import item_id
from junkfilter.labels.store import LabelStore
from junkfilter.review import server
from junkfilter.review.access import Access
from junkfilter.review.application import application
from junkfilter.review.desk import Desk

PORT = 45678
HOST = f"127.0.0.1:{PORT}"
OWN = f"http://{HOST}"
STATIC = Path(server.__file__).parent / "static"
LABEL = {"label": "spam", "family": "seo", "spans": [], "expected": 0}
FOREIGN = ["https://evil.example", "http://127.0.0.1:8000", "http://127.0.0.1", "null", ""]


@pytest.fixture
def access() -> Access:
    """The secrets of a server."""
    return Access(PORT)


@pytest.fixture
def app(store: LabelStore, access: Access) -> Flask:
    """The application at the five lines."""
    return application(Desk(store, "ada"), access)


@pytest.fixture
def client(app: Flask, access: Access) -> FlaskClient:
    """A browser that has opened the page with the token."""
    browser = app.test_client()
    assert get(browser, f"/?token={access.token}").status_code == 200
    return browser


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    """An answer to a question, as if it had come over the network."""
    return client.get(path, base_url=OWN, headers=named(headers))


def post(client: FlaskClient, path: str, body: object, **headers: str) -> TestResponse:
    """An answer to something said, by default from a page of the server."""
    headers = {"Origin": OWN} | headers
    return client.post(path, base_url=OWN, json=body, headers=named(headers))


def named(headers: dict[str, str]) -> dict[str, str]:
    """Headers whose names had to be Python names."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Every method and address that the application knows, with a line that there is."""
    found = []
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<item_id>", item_id(HOSTILE)).replace("<name>", "review.js")
        found += [(method, path) for method in sorted(rule.methods or ())]
    return found


def test_nothing_is_answered_without_the_token(app: Flask, access: Access) -> None:
    """Every address refuses who has no token, a wrong one, or half of one."""
    for method, path in addresses(app):
        for secret in ("", "x", access.token[:-1], access.token + "x", "\u0142"):
            client = app.test_client()
            client.set_cookie(access.cookie, secret, domain="127.0.0.1")
            for query in ({}, {"token": secret}, {"ticket": secret}):
                answer = client.open(
                    path, method=method, base_url=OWN, query_string=query, headers={"Origin": OWN}
                )
                assert answer.status_code == 403, (method, path)
                assert "Set-Cookie" not in answer.headers
                assert HOSTILE not in answer.get_data(as_text=True)


def test_the_token_opens_the_page_and_nothing_else(app: Flask, access: Access) -> None:
    """In an address the token counts for the page itself; all the rest needs the cookie."""
    for method, path in addresses(app):
        answer = app.test_client().open(
            path, method=method, base_url=OWN, query_string={"token": access.token}
        )
        assert answer.status_code == (200 if (method, path) == ("GET", "/") else 403)


def test_the_cookie_is_for_this_site_alone(app: Flask, access: Access) -> None:
    """No script can read it, and no other site can use it."""
    cookie = get(app.test_client(), f"/?token={access.token}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Domain" not in cookie


def test_a_ticket_opens_the_page_once(app: Flask, access: Access) -> None:
    """What stands on a browser's command line is worth nothing any more when others read it."""
    address = access.address_for_once().removeprefix(OWN)
    assert access.token not in address
    assert get(app.test_client(), address).status_code == 200
    assert get(app.test_client(), address).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1:1", "0.0.0.0"])
def test_other_host_names_are_refused(app: Flask, access: Access, host: str) -> None:
    """A site whose name has been made to point here is told apart by its name."""
    headers = {"Cookie": f"{access.cookie}={access.token}"}
    for name, status in ((HOST, 200), (host, 403)):
        client = app.test_client(use_cookies=False)
        answer = client.get("/api/overview", headers=headers | {"Host": name})
        assert answer.status_code == status


def test_localhost_is_this_computer_too(app: Flask, access: Access) -> None:
    """The page may be opened under the name that people know."""
    client = app.test_client()
    answer = client.get(
        "/", base_url=f"http://localhost:{PORT}", query_string={"token": access.token}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("origin", FOREIGN)
def test_foreign_origins_are_refused(client: FlaskClient, store: LabelStore, origin: str) -> None:
    """A page of another site neither labels nor asks, even in the browser that has the cookie."""
    path = f"/api/items/{item_id(HOSTILE)}/label"
    assert post(client, path, LABEL, Origin=origin).status_code == 403
    assert post(client, "/api/undo", {"sequence": 1}, Origin=origin).status_code == 403
    assert get(client, "/api/overview", Origin=origin).status_code == 403
    assert not store.current()


def test_a_write_without_an_origin_is_refused(client: FlaskClient, store: LabelStore) -> None:
    """Browsers always say where a write comes from."""
    path = f"/api/items/{item_id(HOSTILE)}/label"
    assert client.post(path, base_url=OWN, json=LABEL).status_code == 403
    assert not store.current()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_only_open_the_page(client: FlaskClient, site: str) -> None:
    """A link may lead to the page; no other site may use what it is made of."""
    headers = {"Sec_Fetch_Site": site}
    assert get(client, "/", **headers).status_code == 200
    for path in ("/static/review.js", "/api/overview", "/api/next"):
        assert get(client, path, **headers).status_code == 403


def test_only_json_is_read(client: FlaskClient, store: LabelStore) -> None:
    """A form, which a page could send without asking, says nothing; nor does broken JSON."""
    path = f"/api/items/{item_id(HOSTILE)}/label"
    headers = {"Origin": OWN}
    form = client.post(path, base_url=OWN, data={"label": "spam"}, headers=headers)
    assert form.status_code == 415
    deep = "[" * 30_000
    for text in ("", "{", "[]", "7", deep, '{"label": "spam"}', '{"label": "spam", "spans": {}}'):
        answer = client.post(
            path, base_url=OWN, data=text, content_type="application/json", headers=headers
        )
        assert answer.status_code == 400, text[:20]
        assert answer.get_json()["error"] == "refused"
    assert not store.current()


@pytest.mark.parametrize(
    "changed",
    [
        {"label": "no such label"},
        {"family": "no such family"},
        {"label": "mixed", "spans": [[0, 10_000]]},
        {"label": "mixed", "spans": [[3, 3]]},
        {"label": "mixed", "spans": [[True, 3]]},
        {"label": "mixed", "spans": [["0", 3]]},
        {"label": "mixed", "spans": [[0, 1, 2]]},
        {"label": "mixed", "spans": [[0.0, 1.0]]},
        {"expected": None},
        {"expected": "0"},
    ],
)
def test_labels_that_do_not_fit_are_refused(
    client: FlaskClient, store: LabelStore, changed: dict[str, object]
) -> None:
    """Whatever is sent, only judgments that a line can have get into the file."""
    answer = post(client, f"/api/items/{item_id(HOSTILE)}/label", LABEL | changed)
    assert answer.status_code == 400
    assert not store.current()


def test_large_bodies_are_refused(client: FlaskClient) -> None:
    """Nobody fills the memory."""
    path = f"/api/items/{item_id(HOSTILE)}/label"
    assert post(client, path, LABEL | {"family": "x" * 100_000}).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/static/../access.py",
        "/static/%2e%2e/access.py",
        "/static/..%2faccess.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/..\\access.py",
        "/static/server.py",
        "/static/none.js",
        "/static/",
        "/api/items/../../etc/passwd",
        "/api/items/none",
        "/api/items/%00/page",
        "/api/items/none/evidence",
        "/favicon.ico",
    ],
)
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    """Paths that lead out of the folder of the page's files, or nowhere, are not found."""
    answer = get(client, path)
    assert answer.status_code == 404
    assert b"import" not in answer.data


@pytest.mark.parametrize("query", ["state=none", "lowest=x", "highest=nan", "lowest=inf"])
def test_filters_that_mean_nothing_are_refused(client: FlaskClient, query: str) -> None:
    """A number that is none is said to be none."""
    assert get(client, f"/api/next?{query}").status_code == 400


def test_every_answer_forbids_what_is_foreign(client: FlaskClient, app: Flask) -> None:
    """Pages, data and refusals carry the same rules for the browser."""
    answers = [get(client, path) for path in ("/", "/static/review.js", "/api/next", "/none")]
    answers.append(get(app.test_client(), "/"))
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_text_leaves_the_server_as_data(client: FlaskClient) -> None:
    """A line with tags in it is JSON, and neither a page nor a script."""
    answer = get(client, f"/api/items/{item_id(HOSTILE)}")
    assert answer.mimetype == "application/json"
    assert answer.get_json()["item"]["text"] == HOSTILE


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_files_of_the_page_are_harmless(path: Path) -> None:
    """No text becomes markup or code, nothing comes from elsewhere, nothing stands inline."""
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    forbidden = r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|new Function"
    assert not re.search(forbidden, text)
    assert not re.search(r"(?i)https?:|//[a-z0-9-]+\.[a-z]|@import|javascript:", text)
    if path.suffix == ".html":
        assert not re.search(r"<style|<script(?![^>]* src=)|\son\w+=|\sstyle=", text)


def test_the_server_listens_on_this_computer_only(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket is bound to the loopback address, on a port that was free."""
    bound = []

    class StoppedError(Exception):
        """Instead of serving for ever."""

    def look(*arguments: object, **options: object) -> None:
        import socket

        with socket.socket(fileno=socket.dup(int(str(options["fd"])))) as listening:
            bound.append(listening.getsockname())
        raise StoppedError

    monkeypatch.setattr(server, "make_server", look)
    with pytest.raises(StoppedError):
        server.serve(Desk(store, "ada"), 0, lambda access: None)
    assert bound[0][0] == "127.0.0.1"
    assert bound[0][1] > 0
