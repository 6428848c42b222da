"""`junkfilter review`: label collected lines in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from junkfilter.cli.options import tell
from junkfilter.errors import InputFormatError
from junkfilter.extras import require
from junkfilter.report import DONE

if TYPE_CHECKING:
    from junkfilter.review.access import Access


@click.command()
@click.argument("labels", metavar="LABELS", type=click.Path())
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="Listen on this port of 127.0.0.1; 0 takes one that is free.  [default: 0]",
)
@click.option(
    "--annotator",
    default="reviewer",
    metavar="NAME",
    help="Whose labels these are.  [default: reviewer]",
)
@click.option(
    "--pass",
    "pass_number",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="The round. The second goes over the lines that the first has labelled, without showing "
    "how, and says how far they agree.  [default: 1]",
)
@click.option(
    "--model",
    type=click.Path(),
    metavar="FOLDER",
    help="The model that marks cuts and explains, not the default one.",
)
@click.option(
    "--open/--no-open",
    "open_browser",
    default=True,
    help="Open the page in the browser, or only say where it is.  [default: --open]",
)
def review(
    *,
    labels: str,
    port: int,
    annotator: str,
    pass_number: int,
    model: str | None,
    open_browser: bool,
) -> int:
    """Label collected lines in a browser.

    LABELS is a file that `junkfilter collect` has made. The page is served on this computer alone;
    its address, which has a secret in it, is written to standard output. Each label is saved when
    it is given. Ctrl-C ends.
    """
    require("flask", "review")
    import os
    import webbrowser
    from threading import Thread

    from junkfilter.labels.items import checked_name
    from junkfilter.labels.store import LabelStore
    from junkfilter.review.desk import Desk
    from junkfilter.review.server import serve

    if not os.path.exists(labels):
        advice = "junkfilter collect makes it"
        raise InputFormatError("no such file", path=labels, advice=advice)

    def opened(access: Access) -> None:
        click.echo(access.address())
        tell("open this address in a browser on this computer; Ctrl-C ends")
        if open_browser:
            # A browser of the terminal does not come back before it has been answered.
            address = access.address_for_once()
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    with LabelStore.open(labels) as store:
        desk = Desk(store, checked_name(annotator), pass_number, model)
        if model is not None:
            desk.load_model()
        serve(desk, port, opened)
    return DONE
