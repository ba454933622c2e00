"""The page of the command line, in both languages."""

from collections.abc import Iterator, Mapping
from typing import Final

import click
from spbe_cli import failures
from spbe_cli.command import LocalArgument, LocalCommand, LocalOption
from spbe_cli.group import LocalGroup
from spbe_cli.language import speak, text
from spbe_cli.main import spbe

EXIT_CODES: Final[Mapping[int, str]] = {
    0: "fine",
    failures.FINDING: "a finding or difference: an audit, a check or a comparison says what",
    failures.BAD_INPUT: "bad input, or the record does not allow it; nothing was recorded",
    failures.STORE_PROBLEM: "trouble with the store",
    failures.INTERNAL: "a fault of the program, or the system refused the output",
    failures.INTERRUPTED: "interrupted",
    failures.READER_GONE: "nobody read the output any more",
}


def command_line() -> Iterator[str]:
    """List every command with its help in both languages."""
    yield "# The command line\n\n"
    yield "Every command of `spbe`, with what `--help` says in English and in Indonesian.\n"
    yield "The language is that of `--lang`, else of `SPBE_LANG`, else English in an English locale, else Indonesian.\n"
    yield "Errors go to standard error, each on one line: `spbe: [code] what is wrong. What to do.`\n"
    yield "With `--format json` answers and errors are JSON.\n\n"
    yield "| exit code | meaning |\n|---|---|\n"
    yield from (f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    yield "\nEvery command takes `--help` and `--lang`; they are listed under `spbe` alone.\n"
    yield from _command(spbe, click.Context(spbe, info_name="spbe"))


def _command(command: LocalCommand, ctx: click.Context) -> Iterator[str]:
    speak("en")
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    yield f"\n## `{ctx.command_path}`\n\n```console\n$ {usage}\n```\n\n"
    said = {language: _said(language, f"commands.{command.key}") for language in ("en", "id")}
    yield f"{said['en']}\n\n*{said['id']}*\n"
    shown = {language: _parameters(language, command, ctx) for language in ("en", "id")}
    if shown["en"]:
        yield "\n| parameter | | |\n|---|---|---|\n"
        for (name, english), (_, indonesian) in zip(shown["en"], shown["id"], strict=True):
            yield f"| `{_cell(name)}` | {_cell(english)} | *{_cell(indonesian)}* |\n"
    if isinstance(command, LocalGroup):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert isinstance(below, LocalCommand)  # noqa: S101
            yield from _command(below, click.Context(below, info_name=name, parent=ctx))


def _said(language: str, key: str) -> str:
    speak(language)
    return " ".join(text(key).split())


def _parameters(language: str, command: LocalCommand, ctx: click.Context) -> list[tuple[str, str]]:
    """Return each parameter with its help; below the top, those that every command takes are left out."""
    speak(language)
    found: list[tuple[str, str]] = []
    for one in command.params:
        if isinstance(one, LocalArgument):
            found.append((one.make_metavar(ctx), text(f"arguments.{one.key}")))
        elif isinstance(one, LocalOption) and not (ctx.parent and one.name == "lang"):
            record = one.get_help_record(ctx)
            found += [] if record is None else [record]
    if ctx.parent is None:
        found.append(("--help", text("options.help")))
    return found


def _cell(words: str) -> str:
    return words.replace("|", "\\|")
