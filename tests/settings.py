"""The production settings, once per parallel worker: its own broker and cache, and a cheap password hash.

Started by `make test` (or `python -m erp.launcher test -- pytest ...`), which brings the services up; a plain
`pytest` finds them while they run.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from erp.environment import fill_in

os.environ.setdefault("ERP_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test"))
fill_in(owner=True)
os.environ["ERP_PROCESS"] = "worker"

# Worker gw3 works in databases 6 and 7 of the broker. Servers that a test starts inherit the address.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{2 * WORKER}").geturl()

from erp.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["TEST"] = {"TEMPLATE": "erp_template"}  # noqa: F405  (template.py makes it)
