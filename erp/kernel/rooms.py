"""Opens the rooms of an app: imports the furniture that registers itself."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

FURNITURE = (
    "permissions",
    "policies",
    "handlers",
    "proofs",
    "work",
    "palette",
    "sections",
    "chains",
    "nav",
    "tasks",
)


def rooms_of(app_package: str) -> list[str]:
    """Dotted names of the app's rooms, in alphabetical order."""
    path = import_module(app_package).__path__
    return [
        f"{app_package}.{found.name}"
        for found in iter_modules(path)
        if found.ispkg and found.name != "migrations"
    ]


def furnish(app_package: str) -> None:
    """Import the registering modules of every room; called in the app's `AppConfig.ready()`.

    A room has only the furniture it uses: what is not there is skipped, what fails to import stops the start.
    """
    for furniture in FURNITURE:
        for room in rooms_of(app_package):
            name = f"{room}.{furniture}"
            if find_spec(name):
                import_module(name)
    for room in rooms_of(app_package):
        if find_spec(f"{room}.actions"):
            # Verbs declare the rights they ask for: all of them are known before the first request.
            for verb in iter_modules(import_module(f"{room}.actions").__path__):
                import_module(f"{room}.actions.{verb.name}")
