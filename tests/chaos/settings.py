"""Production settings for the private stack of the fault tests, with two addresses of its own (endpoints.py)."""

from erp.environment import fill_in

fill_in()

from erp.settings import *  # noqa: E402, F403

ROOT_URLCONF = "tests.chaos.endpoints"
