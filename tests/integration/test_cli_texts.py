"""The two text catalogues say the same things, and every command and option has its words."""

import click
import pytest
from spbe_cli.command import LocalCommand, LocalGroup, LocalOption
from spbe_cli.language import texts
from spbe_cli.main import spbe

from spbe_core.messages import placeholders


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
    assert texts("id").keys() == texts("en").keys()
    for key, template in texts("id").items():
        assert placeholders(template) == placeholders(texts("en")[key]), key


@pytest.mark.parametrize("command", commands(spbe), ids=lambda command: command.key)
def test_every_command_and_option_has_words(command: LocalCommand) -> None:
    """No command or option is shown without help."""
    assert texts("id")[f"commands.{command.key}"]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert isinstance(parameter, LocalOption)
            assert texts("id")[f"options.{parameter.name}"]
