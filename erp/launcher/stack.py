"""One folder's services: where they listen, what their secrets are, which of them are ours to start."""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import processes

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = "erp"
BOOTSTRAP, OWNER, APP = "erp_bootstrap", "erp_owner", "erp_app"
GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
STATE, ENVIRONMENT = "stack.json", "environment.json"


def var_folder() -> Path:
    """Where everything lives that is not in the repository: ERP_VAR, else var/ of this checkout."""
    return Path(os.environ.get("ERP_VAR") or ROOT / "var").resolve()


@dataclass(slots=True)
class Stack:
    """Decided once by the command that starts the services, read by everyone else.

    Passwords stay for as long as the folder does; a port stays until somebody else takes it.
    """

    var: Path
    home: Path  # of the database: var, or a place that PostgreSQL's account can reach
    postgres_bin: Path
    secret_key: str
    bootstrap_password: str
    owner_password: str
    app_password: str
    broker_password: str
    control_password: str
    postgres_port: int = 0
    broker_port: int = 0
    web_port: int = 0
    throw_away: bool = False  # a test stack: may be lost in a power cut, its owner may create databases

    @classmethod
    def read(cls, var: Path) -> "Stack":
        """The stack as it was decided. Raises FileNotFoundError where none ever ran."""
        state: dict[str, Any] = json.loads((var / STATE).read_text())
        for name in ("var", "home", "postgres_bin"):
            state[name] = Path(state[name])
        return cls(**state)

    @classmethod
    def decide(cls, var: Path, *, throw_away: bool = False) -> "Stack":
        """Settle home, ports and secrets, and write them down; only the holder of the lock may do this."""
        from . import postgres

        try:
            stack = cls.read(var)
        except FileNotFoundError:
            stack = cls(
                var=var,
                home=var,
                postgres_bin=var,
                secret_key=secrets.token_urlsafe(50),
                bootstrap_password=secrets.token_urlsafe(24),
                owner_password=secrets.token_urlsafe(24),
                app_password=secrets.token_urlsafe(24),
                broker_password=secrets.token_urlsafe(24),
                control_password=secrets.token_urlsafe(24),
            )
        stack.var, stack.throw_away = var, throw_away
        if not external():
            stack.home, stack.postgres_bin = postgres.settle(var)
            stack.postgres_port = processes.claim_port(stack.postgres_port)
            stack.broker_port = processes.claim_port(stack.broker_port)
        asked = int(os.environ.get("WEB_PORT") or 0)
        stack.web_port = processes.claim_port(asked or stack.web_port or 8000)
        if asked and asked != stack.web_port:
            raise SystemExit(f"WEB_PORT {asked} is taken.")
        state = {
            key: str(value) if isinstance(value, Path) else value for key, value in asdict(stack).items()
        }
        write_private(var / STATE, json.dumps(state, indent=1))
        write_private(var / ENVIRONMENT, json.dumps(stack.addresses(), indent=1))
        return stack

    @property
    def socket(self) -> Path:
        """The supervisor's control socket; a Unix socket's path may not be longer than about 100 bytes."""
        path = self.var / "supervisor.sock"
        if len(os.fsencode(path)) < 100:
            return path
        return Path("/tmp") / f"erp-{short_hash(self.var)}.sock"

    def database_url(self, role: str, password: str, database: str = DATABASE) -> str:
        return f"postgres://{role}:{quote(password, safe='')}@127.0.0.1:{self.postgres_port}/{database}"

    def addresses(self) -> dict[str, str]:
        """What a process of the application must know; what the environment already says wins."""
        if external():
            services = {name: os.environ[name] for name in GIVEN}
        else:
            services = {
                "DATABASE_URL": self.database_url(APP, self.app_password),
                "DATABASE_OWNER_URL": self.database_url(OWNER, self.owner_password),
                "REDIS_URL": f"redis://:{self.broker_password}@127.0.0.1:{self.broker_port}",
            }
        secret_key = os.environ.get("SECRET_KEY") or self.secret_key
        return {"SECRET_KEY": secret_key, **services, "WEB_PORT": str(self.web_port)}

    def environment(self, process: str, *, owner: bool = False) -> dict[str, str]:
        """The environment of one process: web, worker or admin; with `owner`, as the schema's owner."""
        env = {**os.environ, **self.addresses(), "ERP_VAR": str(self.var), "ERP_PROCESS": process}
        env["DATABASE_APP_URL"] = env["DATABASE_URL"]
        if owner:
            env["DATABASE_URL"] = env["DATABASE_OWNER_URL"]
        env.setdefault("PYTHONUNBUFFERED", "1")
        return env


def external() -> bool:
    """Are database and broker given from outside? All three addresses or none: half of it is a mistake."""
    given = [name for name in GIVEN if os.environ.get(name)]
    if given and len(given) < len(GIVEN):
        missing = ", ".join(name for name in GIVEN if name not in given)
        raise SystemExit(
            f"{', '.join(given)} set, but not {missing}: set all three, or none to embed services."
        )
    return bool(given)


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600, exist_ok=False)
    new.write_text(text)
    new.replace(path)
