"""`python -m erp.launcher VERB`: see commands.py."""

import argparse
import sys

from . import commands


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m erp.launcher", description=commands.__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("demo", help="the whole system in the foreground")
    for verb, text in (
        ("run", "a command beside this folder's services"),
        ("test", "a command beside throw-away services"),
        ("control", "supervisorctl of the running stack"),
    ):
        verbs.add_parser(verb, help=text).add_argument("command", nargs=argparse.REMAINDER)
    verbs.add_parser("exec", help="become one supervised process").add_argument("name")
    given = parser.parse_args()

    if given.verb == "demo":
        return commands.demo()
    if given.verb == "exec":
        commands.become(given.name)
    command = [word for position, word in enumerate(given.command) if position or word != "--"]
    if given.verb == "control":
        return commands.control(command)
    return commands.run(command, throw_away=given.verb == "test")


if __name__ == "__main__":
    sys.exit(main())
