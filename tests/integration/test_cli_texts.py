"""The two text catalogues say the same things, and everything that is shown has its words."""

import re
from pathlib import Path

import click
import pytest
import spbe_cli
from spbe_cli.command import LocalArgument, LocalCommand, LocalOption
from spbe_cli.group import LocalGroup
from spbe_cli.language import texts
from spbe_cli.main import spbe

from spbe_core.evaluation.worklist import TASK_STATES
from spbe_core.events import EVENT_CLASSES, EditionRegistered
from spbe_core.messages import placeholders

SOURCES = [path.read_text(encoding="utf-8") for path in Path(spbe_cli.__file__).parent.rglob("*.py")]
OF_PARAMETERS = {"options", "arguments", "metavars"}


def commands(group: LocalGroup) -> list[LocalCommand]:
    """Every command below a group, the group included."""
    context = click.Context(group)
    found: list[LocalCommand] = [group]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert isinstance(command, LocalCommand)
        found += commands(command) if isinstance(command, LocalGroup) else [command]
    return found


def test_both_languages_have_the_same_texts() -> None:
    """The same keys, with the same placeholders."""
    assert list(texts("id")) == list(texts("en"))
    for key, template in texts("id").items():
        assert placeholders(template) == placeholders(texts("en")[key]), key


@pytest.mark.parametrize("command", commands(spbe), ids=lambda command: command.key)
def test_every_command_and_parameter_has_words(command: LocalCommand) -> None:
    """No command, option or argument is shown without help, and none with Click's own word for its value."""
    known = texts("id")
    assert known[f"commands.{command.key}"]
    for parameter in command.params:
        assert isinstance(parameter, (LocalOption, LocalArgument))
        kind = "options" if isinstance(parameter, LocalOption) else "arguments"
        assert known[f"{kind}.{parameter.key}"]
        takes_word = isinstance(parameter, LocalArgument) or not (
            parameter.is_flag or isinstance(parameter.type, click.Choice)
        )
        assert not takes_word or known[f"metavars.{parameter.key}"]


def test_every_event_has_words() -> None:
    """Whatever an evaluation's history may hold is told in a sentence."""
    for kind in set(EVENT_CLASSES) - {EditionRegistered}:
        assert f"events.{kind.TOPIC.removeprefix('spbe:')}" in texts("id")


def test_no_text_is_left_over() -> None:
    """Every text is asked for somewhere: by its key, by a pattern, as a column or by a parameter."""
    source = "\n".join(SOURCES)
    asked = [re.escape(key) for key in re.findall(r"[\"']([a-z]+\.[a-z0-9-]+)[\"']", source)]
    parts = [re.split(r"{[^}]*}", key) for key in re.findall(r"f[\"']([a-z]+\.[^\"' ]*{[^\"' ]*)[\"']", source)]
    asked += [".+".join(map(re.escape, part)) for part in parts if part[0] not in {"columns.", "options."}]
    asked += [f"columns\\.{name}" for name in re.findall(r"\"([a-z_]+)\"", source)]
    asked += [f"columns\\.state-{state}" for state in TASK_STATES]
    parameters = {parameter.key for command in commands(spbe) for parameter in command.params}  # type: ignore[attr-defined]
    parameters.add("help")
    left = [
        key
        for key in texts("id")
        if not any(re.fullmatch(pattern, key) for pattern in asked)
        and not (key.partition(".")[0] in OF_PARAMETERS and key.partition(".")[2] in parameters)
    ]

    assert left == []
