"""Whether the installation is sound: every plugin, what it brings and what is wrong with it."""

import platform
from importlib.metadata import version

import click

from spbe_cli.command import command
from spbe_cli.failures import FINDING
from spbe_cli.language import spoken, text
from spbe_cli.options import FORMAT, LANG
from spbe_cli.render import write_json, write_line, write_table
from spbe_core.library import installed_rules
from spbe_core.rules.hookspecs import API_VERSION


@command("doctor")
@FORMAT
@LANG
@click.pass_context
def doctor(ctx: click.Context, output: str) -> None:
    """Look at the installation."""
    plugins = installed_rules().examined()
    versions = {"python": platform.python_version(), "core": version("spbe-core"), "api": API_VERSION}
    if output == "json":
        members = [
            {"name": one.name, "version": one.version, "hooks": list(one.hooks), "health": one.health,
             "reason": one.told(spoken())}
            for one in plugins
        ]  # fmt: skip
        write_json({**versions, "plugins": members})
    else:
        write_line(text("doctor.versions", **versions))
        rows = [(one.name, one.version, text(f"health.{one.health}"), ", ".join(one.hooks) or None) for one in plugins]
        write_table(text("doctor.plugins"), ["plugin", "version", "health", "hooks"], rows)
        for one in plugins:
            if one.problem is not None:
                write_line(f"{one.name}: {one.told(spoken())}", hanging=2)
    if any(one.health == "broken" for one in plugins):
        ctx.exit(FINDING)
