"""Masters that documents name are blocked, never deleted; a key without its master turns a proof red."""

import pytest
from django.db import IntegrityError, connection, transaction

from erp.kernel.proofs import prove
from orders.entry.models import OrderLine
from tests import factories as make
from tests.trade import trade

pytestmark = pytest.mark.django_db

MASTERS = ["company", "site", "unit", "tax_code", "item", "party", "customer", "ship_to"]


@pytest.mark.parametrize("name", MASTERS)
def test_a_master_cannot_go(name):
    row = getattr(make, name)()
    table, key = row._meta.db_table, row._meta.pk
    with (
        pytest.raises(IntegrityError, match=f"rows of {table} are never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table} WHERE {key.column} = %s", [row.pk])
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_key_without_its_master_is_found():
    shop = trade(items=2)
    order_id = shop.submit(2).order_id
    shop.invoice(shop.ship(1))
    assert prove(["K1", "K2", "K3"]).green
    line = OrderLine.objects.filter(order=order_id).earliest("line")
    OrderLine.objects.filter(pk=line.pk).update(item=0)
    (result,) = prove(["K1"]).results
    assert (result["rows"], result["sample"]) == (
        1,
        [{"key": "orders_orderline.item_id", "row_id": line.pk, "master_id": "0"}],
    )
