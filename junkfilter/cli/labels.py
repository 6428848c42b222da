"""`junkfilter labels`: labels from and to other programs."""

from __future__ import annotations

from pathlib import Path

import click

from junkfilter.cli.options import binary_output, tell
from junkfilter.formats.files import refuse_overwriting, replacement
from junkfilter.report import DONE

_FORMATS = ("jsonl", "tsv", "doccano", "label-studio")
_file_of_labels = click.option(
    "--labels", required=True, metavar="FILE", help="The file of labels."
)


@click.group()
def labels() -> None:
    """Import and export labels.

    \b
    Formats:
      jsonl          JSON Lines of this program: labels, spans, site, who and when
      tsv            label, text and host; lines with spans or tabs have no place in it
      doccano        JSON Lines of doccano
      label-studio   JSON of Label Studio, one array of tasks
    """


@labels.command(name="import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@_file_of_labels
@click.option(
    "--format",
    "kind",
    type=click.Choice(_FORMATS),
    help="What the files are.  [default: what their first rows look like]",
)
@click.option(
    "--annotator",
    default="",
    metavar="NAME",
    help="Who labelled, where a file does not say.  [default: the name of the format]",
)
def import_(*, files: tuple[str, ...], labels: str, kind: str | None, annotator: str) -> int:
    """Add the lines and labels of files to a file of labels.

    Lines without a label are added for labelling. The same file again adds nothing.
    """
    from junkfilter.labels.exchange.transfer import import_labels
    from junkfilter.labels.store import LabelStore

    refuse_overwriting(files, [(f"--labels {labels}", labels)])
    with LabelStore.open(labels) as store:
        for path in files:
            done = import_labels(store, Path(path), kind or "", annotator)
            what = [f"{path}: {done.new} new lines, {done.labels} labels"]
            what += [f"{done.refused} rows of no use"] if done.refused else []
            what += [f"{done.full} left out, for {labels} is full"] if done.full else []
            tell(", ".join(what))
    return DONE


@labels.command(name="export")
@_file_of_labels
@click.option(
    "--format",
    "kind",
    type=click.Choice(_FORMATS),
    default="jsonl",
    show_default=True,
    help="What to write.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write to FILE, which changes only if all is well; standard output without it.",
)
@click.option("--unlabelled", is_flag=True, help="Write the lines without a label too.")
def export(*, labels: str, kind: str, output: str | None, unlabelled: bool) -> int:
    """Write the labelled lines, each with the label that counts."""
    from junkfilter.labels.exchange.transfer import export_labels
    from junkfilter.labels.store import LabelStore

    with LabelStore.open(labels, read_only=True) as store:
        if output is None:
            stream = binary_output()
            done = export_labels(
                store, kind, lambda text: stream.write(text.encode()), unlabelled=unlabelled
            )
            stream.flush()
        else:
            refuse_overwriting([labels], [(f"--output {output}", output)])
            with replacement(output) as file:
                done = export_labels(
                    store, kind, lambda text: file.write(text.encode()), unlabelled=unlabelled
                )
    if done.left_out:
        tell(f"{done.left_out} lines have no place in {kind}: use jsonl for them")
    return DONE
