"""The table of commands, and `strip` as the one that is meant when none is named."""

from __future__ import annotations

import textwrap
from importlib import import_module

import click

from junkfilter.report import EXIT_STATUS

# name: where the command is, and what it does in one line (a test compares it with the command)
COMMANDS = {
    "strip": ("junkfilter.cli.strip:strip", "Cut spam from pages and write what is left."),
    "flag": ("junkfilter.cli.flag:flag", "Say of every line what it is."),
    "explain": ("junkfilter.cli.explain:explain", "Say why a line is what it is."),
    "restore": ("junkfilter.cli.restore:restore", "Put back what strip cut, byte for byte."),
    "inspect": ("junkfilter.cli.inspect:inspect", "Show a page with its cuts marked."),
    "collect": ("junkfilter.cli.collect:collect", "Collect the lines most worth a label."),
    "report-miss": (
        "junkfilter.cli.report_case:report_miss",
        "Remember spam that was not found.",
    ),
    "report-false": (
        "junkfilter.cli.report_case:report_false",
        "Remember honest lines that were taken for spam.",
    ),
    "labels": ("junkfilter.cli.labels:labels", "Import and export labels."),
    "review": ("junkfilter.cli.review:review", "Label collected lines in a browser."),
    "train": ("junkfilter.cli.train:train", "Train a model."),
    "evaluate": (
        "junkfilter.cli.evaluate:evaluate",
        "Measure a model on labelled lines and honest text.",
    ),
    "report": ("junkfilter.cli.report:report", "Write a report on a model, as one HTML page."),
    "simulate": ("junkfilter.cli.simulate:simulate", "Injure clean pages and say where."),
    "model": ("junkfilter.cli.model:model", "Say what is known about a model."),
}
_GROUP_OPTIONS = ("-h", "--help", "--version")


class DefaultGroup(click.Group):
    """Loads commands on demand; arguments that name none of them are for `strip`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts `strip` before arguments that do not begin with a command."""
        if not args or (args[0] not in COMMANDS and args[0] not in _GROUP_OPTIONS):
            args = ["strip", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which they are used."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


def exit_status_help() -> str:
    """The table of exit status, as help text that click does not wrap."""
    rows = "\n".join(
        textwrap.fill(meaning, 72, initial_indent=f"  {status:<5}", subsequent_indent=" " * 7)
        for status, meaning in EXIT_STATUS.items()
    )
    return f"\b\nExit status:\n{rows}"


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from junkfilter.cli.version import version_text

    click.echo(version_text())
    ctx.exit()


@click.group(
    cls=DefaultGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar="",
    subcommand_metavar="[COMMAND] [OPTIONS] [FILE]...",
    epilog=exit_status_help(),
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and the default model's id and digest, then exit.",
)
def junkfilter() -> None:
    """Cut the spam that was injected into Chinese pages; keep the rest byte for byte.

    Without a command, strip is meant: `junkfilter < page` or `junkfilter FILE`. A file that is
    called like a command is written `./strip` or `-- strip`.

    \b
    Examples:
      curl -s https://example.org/ | junkfilter > page.txt
      junkfilter --rejects cut.jsonl page.txt > kept.txt
      junkfilter restore kept.txt --rejects cut.jsonl
    """
