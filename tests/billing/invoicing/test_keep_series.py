"""A number names one document of the house: series are made once per company and keep what documents carry."""

import pytest

from billing.invoicing.actions.keep_series import change_series, create_series
from billing.invoicing.errors import PrefixTaken, SeriesExists, SeriesInUse
from billing.invoicing.queries import series_list
from erp.kernel.audit import history_of
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from erp.kernel.models import NumberSeries
from tests import factories as make
from tests.trade import trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> By:
    return By(make.actor("finance"))


def test_a_series_is_created_once_and_its_history_leaves_the_counter_out(by):
    company = make.company()
    made = create_series(by, company_id=company.pk, code="invoice", prefix=" mer- ")
    assert list(NumberSeries.objects.values_list("scope", "code", "prefix", "next_number")) == [
        (f"company:{company.pk}", "invoice", "MER-", 1)
    ]
    with pytest.raises(SeriesExists):
        create_series(by, company_id=company.pk, code="invoice", prefix="OTHER-")
    with pytest.raises(PrefixTaken):
        create_series(by, company_id=company.pk, code="credit_memo", prefix="MER-")
    NumberSeries.objects.update(next_number=5)
    (entry,) = history_of(NumberSeries, made.series_id)
    assert entry.operation == "insert"
    assert {change.field for change in entry.changes}.isdisjoint({"next_number", "last_on"})


@pytest.mark.parametrize("prefix", ["INV-1", "", "IN V-", "ÄB-", "-A"])
def test_a_prefix_does_not_end_in_a_digit(by, prefix):
    with pytest.raises(BadInput):
        create_series(by, company_id=make.company().pk, code="invoice", prefix=prefix)
    with pytest.raises(BadInput):
        create_series(by, company_id=make.company().pk, code="order", prefix="A-")
    assert not NumberSeries.objects.exists()


def test_a_prefix_changes_until_a_document_carries_it(by):
    company = make.company()
    made = create_series(by, company_id=company.pk, code="invoice", prefix="A-")
    change_series(by, series_id=made.series_id, version=1, prefix="B-")
    with pytest.raises(StaleVersion) as stale:
        change_series(by, series_id=made.series_id, version=1, prefix="C-")
    assert stale.value.context["changes"] == [{"label": "Prefix", "mine": "C-", "theirs": "B-"}]
    NumberSeries.objects.update(next_number=2)
    with pytest.raises(SeriesInUse):
        change_series(by, series_id=made.series_id, version=2, prefix="C-")
    elsewhere = By(make.actor("finance", scope=f"company:{make.company().pk}"))
    with pytest.raises(NotPermitted):
        change_series(elsewhere, series_id=made.series_id, version=2, prefix="C-")
    with pytest.raises(NotFound):
        change_series(by, series_id=0, version=1, prefix="C-")
    assert NumberSeries.objects.get().prefix == "B-"


@pytest.mark.django_db(transaction=True)
def test_a_prefix_that_documents_carry_is_never_given_again():
    shop = trade()
    shop.invoice(shop.ship())
    NumberSeries.objects.filter(code="invoice").update(prefix="ELSE-")
    with pytest.raises(PrefixTaken):
        create_series(By(make.actor("finance")), company_id=make.company().pk, code="invoice", prefix="INV-")


def test_a_reader_sees_the_series_of_companies_where_they_may():
    ours, theirs = make.company(code="OURS"), make.company()
    make.books(ours), make.books(theirs)
    user = make.user("finance", scope=f"company:{ours.pk}")
    assert {row.company_code for row in series_list(user=user)} == {"OURS"}
    assert not series_list(user=make.user("warehouse"))
