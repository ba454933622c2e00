"""The coverage-guided run: atheris (libFuzzer) over every target of targets.py, each in a process of its own.

    python tests/hostile/coverage_guided.py [--seconds N] [TARGET ...]

Atheris is the maintained fuzzer for Python that sees which lines an input reaches, brings libFuzzer's mutations, memory
and time limits and crash files, and has wheels; pythonfuzz and python-afl rest since 2019 and 2020, and HypoFuzz guides
Hypothesis tests, which the default run has already.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

_LONGEST: Final = 4096
"""Bytes of an input; larger ones only take longer, and test_bounds.py has those."""

_LIMITS: Final = ("-rss_limit_mb=1024", "-timeout=20", f"-max_len={_LONGEST}", "-print_final_stats=1", "-verbosity=1")
_EXECUTED: Final = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_COVERED: Final = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")


def run_target(name: str, folder: Path, seconds: int) -> bool:
    """Fuzz one target in a child, print what it did, and say whether it held."""
    corpus = folder / name
    corpus.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, __file__, "--inside", name, str(corpus), *_LIMITS, f"-max_total_time={seconds}",
         f"-artifact_prefix={folder}/{name}-"],
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    executed = _EXECUTED.findall(said)
    edges, features, kept = (_COVERED.findall(said) or [("?", "?", "?")])[-1]
    print(f"{name:20} {executed[-1] if executed else '?':>9} runs  {edges:>5} edges  {features:>6} features  "
          f"{kept:>5} inputs  {'held' if done.returncode == 0 else 'FAILED'}", flush=True)  # fmt: skip
    if done.returncode:
        print(
            "\n".join(line for line in said.splitlines() if not line.startswith(("INFO", "WARNING", "#"))), flush=True
        )
    return done.returncode == 0


def _inside(name: str, arguments: list[str]) -> None:
    """Be the child: instrument the library as it is imported, then never come back."""
    import atheris

    sys.path.insert(0, str(Path(__file__).parents[1]))
    with atheris.instrument_imports(include=["spbe_core", "spbe_cli", "tomllib", "csv", "json", "fractions"]):
        from hostile.seeds import seeds
        from hostile.targets import survives
    for place, seed in enumerate(seeds(name)):
        (Path(arguments[0]) / f"seed-{place}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *arguments], lambda data: survives(name, data))
    atheris.Fuzz()


def main() -> int:
    """Run the targets named, or all, and return 1 where any failed."""
    if sys.argv[1:2] == ["--inside"]:
        _inside(sys.argv[2], sys.argv[3:])
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from hostile.targets import TARGETS

    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--corpus", type=Path, help="folder in which inputs are kept from run to run")
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = asked.corpus or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        held = [run_target(name, folder, asked.seconds) for name in asked.targets or TARGETS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
