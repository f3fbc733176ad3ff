"""What every test may ask for: a clean cache, and a look at the database through the application's role."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg2.extensions import connection as Connection

from billing.ledger import accounts
from erp.kernel.kept import Kept
from masterdata.policies import snapshot
from orders.rulebook import snapshot as rulebook
from tests import template

# How fast examples are made says something of the machine, nothing of the code.
hypothesis_settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("unhurried")

# Playwright's synchronous API keeps an event loop in the thread of the tests, which worries Django.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: Any) -> None:
    """Every worker's database is a copy of one that is migrated once."""
    with django_db_blocker.unblock():
        template.prepare()


# What a migration writes once and no test changes.
LASTING = ["django_migrations", "django_content_type", "auth_permission"]


def empty_tables(case: TransactionTestCase) -> None:
    """Delete what a test committed. Django's flush makes every file of every table and index anew, which takes half a
    second; a few rows of a few tables are gone in a twentieth. Guards of ledgers do not ask meanwhile.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "SELECT string_agg(format('DELETE FROM %%I', relname), ';') FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"
            " AND relname <> ALL (%s)",
            [LASTING],
        )
        if (deletes := cursor.fetchone()[0]) is not None:
            cursor.execute(deletes)


TransactionTestCase._fixture_teardown = empty_tables


@pytest.fixture(autouse=True)
def clean_cache() -> None:
    """No test sees what another one cached."""
    cache.clear()


@pytest.fixture(autouse=True)
def policy_defaults() -> Iterator[None]:
    """Every test starts from the policies' defaults and without order rules, without a query for them."""
    snapshot.assume(snapshot.Snapshot())
    rulebook.assume({})
    yield
    snapshot.assume(snapshot.Snapshot())
    rulebook.assume({})


@pytest.fixture(autouse=True)
def snapshots_stay_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a slow machine a snapshot that ages would be read anew in the middle of a test that counts statements."""
    for keeper in (accounts, Kept):
        monkeypatch.setattr(keeper, "FRESH_S", 3600)


@pytest.fixture
def as_application(transactional_db: None) -> Iterator[Connection]:
    """A connection of the role that the application has in production: data only, no change to ledgers.

    Tests themselves work as the owner, because they make databases.
    """
    call_command("grant")
    url = os.environ["DATABASE_APP_URL"]
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'GRANT CONNECT ON DATABASE "{name}" TO erp_app')
    session = psycopg2.connect(url, dbname=name)
    try:
        yield session
    finally:
        session.close()
