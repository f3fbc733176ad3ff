"""Tariffs follow each other by day, copy rates, and refuse what makes no sense."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from erp.kernel.models import AuditEvent
from masterdata.freight.actions.change_tariff import change_tariff
from masterdata.freight.actions.create_tariff import create_tariff
from masterdata.freight.actions.set_rate import remove_rate, set_rate
from masterdata.freight.errors import TariffCodeTaken
from masterdata.freight.queries import rate_history
from masterdata.models import FreightRate, FreightTariff
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance() -> By:
    return By(make.actor("finance"))


def test_a_new_tariff_ends_the_one_before_and_copies_its_rates(finance: By) -> None:
    old = make.freight_tariff()
    made = create_tariff(
        finance, company_id=old.company_id, code="y27", name="2027", item_id=old.item_id, basis="weight",
        valid_from=date(2027, 1, 1), surcharge_percent=Decimal("7.5"), copy_id=old.pk,
    )  # fmt: skip
    old.refresh_from_db()
    new = FreightTariff.objects.get(pk=made.tariff_id)
    assert (old.valid_to, new.code, new.valid_from, new.valid_to) == (
        date(2027, 1, 1), "Y27", date(2027, 1, 1), None,
    )  # fmt: skip
    assert list(new.rates.values_list("charge", "per_unit")) == [(10, Decimal("0.5"))]
    assert AuditEvent.objects.filter(table="masterdata_freighttariff", row_id=new.pk).exists()
    with pytest.raises(TariffCodeTaken):
        create_tariff(
            finance, company_id=old.company_id, code="Y27", name="x", item_id=old.item_id, basis="weight",
            valid_from=date(2028, 1, 1),
        )  # fmt: skip


def test_refusals_change_nothing(finance: By) -> None:
    tariff, goods = make.freight_tariff(), make.item()
    before = FreightTariff.objects.values().get()
    with pytest.raises(BadInput):
        change_tariff(finance, tariff_id=tariff.pk, version=1, changes={"item_id": goods.pk})
    with pytest.raises(BadInput):
        change_tariff(finance, tariff_id=tariff.pk, version=1, changes={"surcharge_percent": Decimal(101)})
    with pytest.raises(StaleVersion):
        change_tariff(finance, tariff_id=tariff.pk, version=4, changes={"name": "x"})
    with pytest.raises(NotPermitted):
        change_tariff(
            By(make.actor("customer_service")), tariff_id=tariff.pk, version=1, changes={"name": "x"}
        )
    with pytest.raises(BadInput):
        set_rate(finance, tariff_id=tariff.pk, from_amount=Decimal(0), charge=Decimal(1), postal_prefix="20")
    with pytest.raises(BadInput):
        set_rate(finance, tariff_id=tariff.pk, from_amount=Decimal(-1), charge=Decimal(1))
    assert FreightTariff.objects.values().get() == before
    assert FreightRate.objects.count() == 1
    elsewhere = make.company(code="ELSE")
    with pytest.raises(BadInput, match="copy: choose one of the same company"):
        create_tariff(
            finance, company_id=elsewhere.pk, code="E", name="E", item_id=tariff.item_id, basis="weight",
            valid_from=date(2027, 1, 1), copy_id=tariff.pk,
        )  # fmt: skip
    assert FreightTariff.objects.values().get() == before


def test_a_rate_is_set_replaced_and_removed(finance: By) -> None:
    tariff = make.freight_tariff()
    for charge in (4, 5):
        set_rate(
            finance, tariff_id=tariff.pk, country="be", postal_prefix="20", from_amount=Decimal(0),
            charge=Decimal(charge),
        )  # fmt: skip
    zone = tariff.rates.get(country="BE")
    assert (zone.postal_prefix, zone.charge) == ("20", 5)
    remove_rate(finance, rate_id=zone.pk)
    assert tariff.rates.get().charge == 10
    with pytest.raises(NotFound):
        remove_rate(finance, rate_id=zone.pk)
    told = [(str(event.what), event.who, event.text) for event in rate_history(tariff)][:3]
    who = finance.actor.name
    assert told == [
        ("Rate removed", who, "BE 20, from 0: 5 + 0"),
        ("Rate changed", who, "BE 20, from 0: 4 + 0 → 5 + 0"),
        ("Rate set", who, "BE 20, from 0: 4 + 0"),
    ]
    tariff.refresh_from_db()
    assert tariff.version == 4
    with pytest.raises(StaleVersion) as refusal:
        set_rate(finance, tariff_id=tariff.pk, from_amount=Decimal(0), charge=Decimal(7), version=1)
    assert [change["theirs"] for change in refusal.value.context["changes"]] == ["10.00", "0.500000"]
    assert tariff.rates.get().charge == 10
