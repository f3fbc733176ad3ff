"""Where the process finds its services: the environment first, else the embedded stack under var/."""

import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("DATABASE_URL", "REDIS_URL")


def embedded() -> dict[str, str]:
    """Addresses of the embedded services as the launcher wrote them; empty when it never ran here."""
    var = Path(os.environ.get("ERP_VAR") or ROOT / "var")
    try:
        return dict(json.loads((var / "environment.json").read_text()))
    except FileNotFoundError:
        return {}


def fill_in(*, owner: bool = False) -> None:
    """Complete os.environ from the embedded stack; with `owner`, work as the role that owns the schema.

    DATABASE_APP_URL keeps the application's role, for the command that grants it its rights.
    """
    if not all(name in os.environ for name in NEEDED):
        for name, value in embedded().items():
            os.environ.setdefault(name, value)
    if "DATABASE_URL" in os.environ:
        os.environ.setdefault("DATABASE_APP_URL", os.environ["DATABASE_URL"])
    if owner and "DATABASE_OWNER_URL" in os.environ:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
