"""Who may talk to the review server: the browser that was given its address, and no other page.

The server listens on the loopback interface, which every user of the computer and every page in the
browser can reach. So the address has a random token, which becomes a cookie that other sites cannot
use (`SameSite=Strict`) and no script can read. A page of another site that has made its name point
to 127.0.0.1 (DNS rebinding) is known by its `Host`, one that sends forms by its `Origin`.
"""

from __future__ import annotations

import secrets
from hmac import compare_digest

from flask import Flask, Request, Response, abort, g, request

ADDRESS = "127.0.0.1"
# Nothing from elsewhere, no script or style in the page's text, no frames around it.
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_SAFE_METHODS = ("GET", "HEAD")
_HOME = "/"


class Access:
    """The secrets of one run of the server.

    Attributes:
        port: where the server listens.
        token: opens the page as often as one likes, while the server runs.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.token = secrets.token_urlsafe(32)
        # Other ports of this address get the cookie as well: the name keeps two servers apart.
        self.cookie = f"junkfilter-review-{port}"
        self._tickets = set[str]()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which a browser on this computer may ask."""
        names = (ADDRESS, "localhost")
        bare = names if self.port == 80 else ()
        return (*(f"{name}:{self.port}" for name in names), *bare)

    def address(self) -> str:
        """The address to open, with the token."""
        return f"http://{ADDRESS}:{self.port}{_HOME}?token={self.token}"

    def address_for_once(self) -> str:
        """An address that opens the page once.

        A browser is started with it on its command line, which other users of the computer can
        read; by then it has been used.
        """
        ticket = secrets.token_urlsafe(32)
        self._tickets.add(ticket)
        return f"http://{ADDRESS}:{self.port}{_HOME}?ticket={ticket}"

    def admits(self, asked: Request) -> bool:
        """Whether a request comes with the cookie, or for the first time with token or ticket."""
        if _same(asked.cookies.get(self.cookie, ""), self.token):
            return True
        if asked.path != _HOME or asked.method != "GET":
            return False
        ticket = asked.args.get("ticket", "")
        if ticket in self._tickets:
            self._tickets.discard(ticket)
            return True
        return _same(asked.args.get("token", ""), self.token)


def guard(application: Flask, access: Access) -> None:
    """Makes an application answer nobody else, and say so in its headers."""

    @application.before_request
    def check() -> None:
        if request.host not in access.hosts or not access.admits(request):
            abort(403)
        if _is_foreign(request):
            abort(403)
        g.admitted = True

    @application.after_request
    def complete(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if g.get("admitted") and request.path == _HOME:
            response.set_cookie(access.cookie, access.token, httponly=True, samesite="Strict")
        return response


def _is_foreign(asked: Request) -> bool:
    """Whether a page of another site asks. To open the page is the one thing that it may."""
    own = f"http://{asked.host}"
    origin = asked.headers.get("Origin")
    if asked.method not in _SAFE_METHODS:
        return origin != own  # browsers name it with whatever writes
    if origin not in (None, own):
        return True
    site = asked.headers.get("Sec-Fetch-Site", "none")
    return site not in ("same-origin", "none") and asked.path != _HOME


def _same(given: str, secret: str) -> bool:
    return compare_digest(given.encode("utf-8", "replace"), secret.encode())
