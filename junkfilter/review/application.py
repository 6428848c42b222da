"""The review page as a web application: which address asks the desk for what."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path

from flask import Flask, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from junkfilter.errors import DataError, JunkfilterError
from junkfilter.labels.queue import QueueFilter
from junkfilter.labels.store import LabelConflictError
from junkfilter.presentation.colours import mark_rules, style_variables
from junkfilter.review.access import Access, guard
from junkfilter.review.desk import STATES, Desk, Wanted
from junkfilter.review.fields import judgment_from, label_fields, whole_number

_STATIC = Path(__file__).parent / "static"
# What is not in here is not served. `mimetypes` asks the system, which may call a script text.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# A label with the most spans there may be is smaller than this.
_MOST_BYTES = 1 << 16
_ERRORS = {403: "forbidden", 404: "gone"}


def application(desk: Desk, access: Access) -> Flask:
    """The page and what it asks for; nobody is answered without the token of `access`."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES
    app.json.ensure_ascii = True  # type: ignore[attr-defined]
    guard(app, access)
    _add_files(app)
    _add_questions(app, desk)
    _add_statements(app, desk)
    _add_errors(app)
    return app


def _add_files(app: Flask) -> None:
    @app.get("/")
    def home() -> Response:
        return _file("index.html")

    @app.get("/static/colours.css")
    def colours() -> Response:
        return Response(style_variables() + mark_rules(), content_type=_TYPES[".css"])

    @app.get("/static/<name>")
    def static(name: str) -> Response:
        return _file(name)


def _add_questions(app: Flask, desk: Desk) -> None:
    @app.get("/api/overview")
    def overview() -> Response:
        return jsonify(desk.overview())

    @app.get("/api/progress")
    def progress() -> Response:
        return jsonify(desk.progress())

    @app.get("/api/next")
    def following() -> Response:
        return jsonify(desk.next(_wanted()))

    @app.get("/api/items/<item_id>")
    def item(item_id: str) -> Response:
        return jsonify(_of_item(desk, item_id))

    @app.get("/api/items/<item_id>/page")
    def page(item_id: str) -> Response:
        _of_item(desk, item_id)
        return jsonify(desk.page(item_id))

    @app.get("/api/items/<item_id>/evidence")
    def evidence(item_id: str) -> Response:
        _of_item(desk, item_id)
        return jsonify(desk.evidence(item_id))


def _add_statements(app: Flask, desk: Desk) -> None:
    @app.post("/api/items/<item_id>/label")
    def label(item_id: str) -> Response:
        _of_item(desk, item_id)
        said = _said()
        return jsonify(desk.label(item_id, judgment_from(said), whole_number(said, "expected")))

    @app.post("/api/undo")
    def undo() -> Response:
        return jsonify(desk.undo(whole_number(_said(), "sequence")))


def _add_errors(app: Flask) -> None:
    @app.errorhandler(LabelConflictError)
    def conflict(error: LabelConflictError) -> ResponseReturnValue:
        label = label_fields(error.label) if error.label else None
        return {"error": "conflict", "message": str(error), "label": label}, 409

    @app.errorhandler(JunkfilterError)
    def refused(error: JunkfilterError) -> ResponseReturnValue:
        return {"error": "refused", "message": str(error)}, 400

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if request.path == "/" and status == 403:
            return _file("closed.html"), 403
        return {"error": _ERRORS.get(status, "refused"), "message": error.name}, status


def _file(name: str) -> Response:
    """A file of the page: one of those in its folder, so that no path can lead out of it."""
    kind = _TYPES.get(Path(name).suffix)
    if kind is None or name not in {path.name for path in _STATIC.iterdir()}:
        abort(404)
    return Response((_STATIC / name).read_bytes(), content_type=kind)


def _of_item(desk: Desk, item_id: str) -> dict[str, object]:
    try:
        return desk.entry(item_id)
    except DataError:
        abort(404)


def _wanted() -> Wanted:
    """The filter in the address.

    Raises:
        DataError: an unknown state, or a score that is no number.
    """
    given = request.args
    state = given.get("state", "open")
    if state not in STATES:
        raise DataError(f"unknown state {state[:40]!r}")
    lines = QueueFilter(
        families=_one("family"),
        kinds=_one("kind"),
        why=_one("why"),
        lowest=_score("lowest"),
        highest=_score("highest"),
    )
    return Wanted(lines, state, given.get("after", ""))


def _one(name: str) -> tuple[str, ...]:
    value = request.args.get(name, "")
    return (value,) if value else ()


def _score(name: str) -> float | None:
    value = request.args.get(name, "")
    try:
        number = float(value) if value else None
    except ValueError:
        number = float("nan")
    if number is not None and not isfinite(number):
        raise DataError(f"{name} must be a number")
    return number


def _said() -> dict[str, object]:
    """The JSON object that was sent.

    Raises:
        DataError: it is none.
    """
    if request.mimetype != "application/json":
        abort(415)
    try:
        said = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise DataError("no JSON") from None
    if not isinstance(said, dict):
        raise DataError("no JSON object")
    return said
