"""What a migration makes of rows that were there before it."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from billing.invoicing.actions.credit_invoice import credit_invoice
from billing.models import Billable
from erp.kernel.command import By
from erp.kernel.proofs import prove, results_of
from tests import factories
from tests.trade import trade


def migrate(name: str) -> None:
    """Bring the schema of billing to a migration; kept statements of the old one are forgotten."""
    executor = MigrationExecutor(connection)
    executor.migrate([("billing", name)])
    connection.close()


@pytest.fixture
def newest() -> Iterator[str]:
    """The name of billing's last migration, which the schema has again afterwards."""
    ((_, name),) = MigrationExecutor(connection).loader.graph.leaf_nodes("billing")
    yield name
    migrate(name)


@pytest.mark.chaos
@pytest.mark.django_db(transaction=True)
def test_memos_from_before_returns_count_as_credited(newest: str) -> None:
    shop, finance = trade(items=3), factories.actor("finance", username="femke")
    credited, kept = shop.ship(3), shop.ship(2)
    unbilled = shop.ship(1)
    (invoice_id, _) = shop.invoice(credited, kept).invoice_ids
    credit_invoice(By(finance), invoice_id=invoice_id, reason="Wrong customer")
    migrate("0005_searched_numbers")
    migrate(newest)
    found = Billable.objects.order_by("pk").values_list("shipment", "billed", "credited")
    one, none = Decimal(1), Decimal(0)
    assert list(found) == [(credited, one, one)] * 3 + [(kept, one, none)] * 2 + [(unbilled, none, none)]
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red
