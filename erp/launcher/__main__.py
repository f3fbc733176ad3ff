"""`python -m erp.launcher VERB`."""

import argparse
import sys
from pathlib import Path

from . import backup, commands


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
    verbs.add_parser("backup", help="database and files into a dated folder").add_argument("--to", type=Path)
    verbs.add_parser("restore", help="a backup into an empty database").add_argument("folder", type=Path)
    given = parser.parse_args()

    match given.verb:
        case "demo":
            return commands.demo()
        case "exec":
            commands.become(given.name)
        case "backup":
            return backup.backup(given.to)
        case "restore":
            return backup.restore(given.folder)
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    if given.verb == "control":
        return commands.control(command)
    return commands.run(command, throw_away=given.verb == "test")


if __name__ == "__main__":
    sys.exit(main())
