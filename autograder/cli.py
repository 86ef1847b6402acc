"""The command line: `ngram2bert COMMAND`. A command is a module of `autograder.commands`, imported when called.

A command module has HELP (one line), EXAMPLE (a line that can be run as it stands), `add_arguments(parser)` and
`run(args)`, which returns the exit status. A new command is a new file there; nothing is registered.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import UserError
from ngram2bert import __version__

COMMANDS = Path(__file__).parent / "commands"
STATUSES = "Exit status: 0 all is well; 1 something was found wanting; 2 it could not be done, and one line says why."


def names() -> list[str]:
    """The commands that there are, in alphabetical order."""
    return sorted(path.stem for path in COMMANDS.glob("*.py") if not path.stem.startswith("_"))


def help_of(name: str) -> str:
    """A command's HELP, read from its source: the list of commands must not wait for their imports."""
    tree = ast.parse((COMMANDS / f"{name}.py").read_text(encoding="utf-8"))
    for line in tree.body:
        if isinstance(line, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "HELP" for t in line.targets):
            return str(ast.literal_eval(line.value))
    raise AttributeError(
        f"autograder/commands/{name}.py has no HELP = '...'; every command says in one line what it does"
    )


def overview() -> str:
    """What `ngram2bert` and `ngram2bert --help` print."""
    rows = [f"  {name:<10} {help_of(name)}" for name in names()]
    return "\n".join(
        [
            "usage: ngram2bert COMMAND [OPTIONS]",
            "",
            *rows,
            "",
            "ngram2bert COMMAND --help says more, with an example.",
            STATUSES,
        ]
    )


def dispatch(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name. Raises UserError, and SystemExit where argparse ends it."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0 if arguments else 2
    if arguments[0] in ("-V", "--version"):
        print(f"ngram2bert {__version__}")
        return 0
    name, *rest = arguments
    if name not in names():
        raise UserError(f"there is no command '{name}'; there are {', '.join(names())}")
    command = importlib.import_module(f"autograder.commands.{name}")
    parser = argparse.ArgumentParser(
        prog=f"ngram2bert {name}",
        description=command.HELP[0].upper() + command.HELP[1:] + ".",
        epilog=f"Example: {command.EXAMPLE}\n\n{STATUSES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(parser)
    return int(command.run(parser.parse_args(rest)))


def main(arguments: Sequence[str] | None = None) -> int:
    """The entry point: a user's mistake costs one line on stderr, never a traceback."""
    try:
        status = dispatch(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
        return status
    except UserError as error:
        print(f"ngram2bert: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nngram2bert: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has left; stdout must not complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


if __name__ == "__main__":
    sys.exit(main())
