"""Hands the workspace members that pyproject.toml lists to tox, so that a rule pack is named in one place."""

import os
import tomllib
from pathlib import Path

_MEMBERS = tomllib.loads(Path(__file__).with_name("pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"][
    "workspace"
]["members"]
_SOURCES = [f"{member}/src" for member in _MEMBERS]

os.environ["SPBE_WORKSPACE"] = "\n".join(["-e .[postgres,s3]", *(f"-e ./{member}" for member in _MEMBERS)])
os.environ["SPBE_WHEELS"] = "\n".join([".", *(f"./{member}" for member in _MEMBERS)])
os.environ["SPBE_SOURCES"] = " ".join(["src", *_SOURCES])
os.environ["SPBE_SOURCE_PATH"] = os.pathsep.join(["src", *_SOURCES])
