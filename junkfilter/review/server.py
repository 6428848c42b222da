"""The review page on a port of the loopback interface.

Werkzeug's threaded server, which Flask brings along: its documentation warns of it as a server for
the web, because it neither holds off slow clients nor scales. Here one person asks from the same
computer, and one package less is installed.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from junkfilter.errors import OutputError
from junkfilter.review.access import ADDRESS, Access
from junkfilter.review.application import application
from junkfilter.review.desk import Desk

# Who opens a connection and says nothing loses it.
_PATIENCE = 30.0


class _Handler(WSGIRequestHandler):
    timeout = _PATIENCE

    def version_string(self) -> str:
        return "junkfilter"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Nothing: addresses have the token in them."""


def serve(desk: Desk, port: int, opened: Callable[[Access], None]) -> None:
    """Serves the page until the process is interrupted.

    Args:
        desk: whose work it is.
        port: 0 for any that is free.
        opened: is called when the page can be opened.

    Raises:
        OutputError: the port is in use, or must not be used.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        _listen(listening, port)
        access = Access(listening.getsockname()[1])
        _serve(application(desk, access), listening, access, opened)


def _listen(listening: socket.socket, port: int) -> None:
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        raise OutputError(f"port {port} cannot be used: {error}") from error


def _serve(
    app: Flask, listening: socket.socket, access: Access, opened: Callable[[Access], None]
) -> None:
    # From a socket that listens already: werkzeug would end the process if it could not bind.
    server = make_server(
        ADDRESS,
        access.port,
        app,
        threaded=True,
        request_handler=_Handler,
        fd=listening.fileno(),
    )
    try:
        opened(access)
        server.serve_forever()
    except KeyboardInterrupt:  # the way to end it, also while it begins
        server.server_close()
