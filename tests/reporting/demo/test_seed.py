"""The demo company: whole, sound, the same every time, and only ever put into an empty database."""

from datetime import date
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.test import TestCase

from billing.exceptions.permissions import CORRECT_EXCEPTION
from billing.exceptions.policies import EXCEPTION_OWNER
from billing.ledger.models import AccountRule, Purpose
from erp.kernel.access import roles
from erp.kernel.actor import Actor
from erp.kernel.models import AuditEvent, Grant, NumberSeries, User
from masterdata.items.lookups import item_lookup, resolve_codes
from masterdata.items.rules import gtin_problem, missing_attributes
from masterdata.models import (
    Bin,
    Company,
    Customer,
    FreightTariff,
    Item,
    ItemReference,
    ItemUnit,
    Price,
    Site,
    TaxRule,
)
from masterdata.policies import snapshot
from orders.credit.models import CreditAccount
from reporting.demo import masters, partners
from reporting.demo.company import SEED
from reporting.demo.people import PASSWORD, PEOPLE, demo_logins


class TestDemoCompany(TestCase):
    """One seed for all of these."""

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("seed", without_trade=True, stdout=StringIO())

    def test_the_company_is_whole(self):
        assert sorted(Company.objects.values_list("code", "currency")) == [("MER", "EUR"), ("MUK", "GBP")]
        assert Site.objects.filter(company__code="MER").count() == 6
        assert (
            Item.objects.filter(kind="stocked").count(),
            Customer.objects.filter(company__code="MER").count(),
        ) == (400, 60)
        for site in Site.objects.all():
            kinds = set(site.bins.values_list("kind", flat=True))
            assert kinds == {"pick", "reserve", "receiving", "shipping", "transit", "hold"}
            assert site.bins.filter(kind="transit").count() == 1
        for company in Company.objects.all():
            rules = set(AccountRule.objects.filter(company=company).values_list("purpose", flat=True))
            assert rules == set(Purpose.values)
            assert TaxRule.objects.filter(company=company).count() == 12
            assert NumberSeries.objects.filter(scope=f"company:{company.pk}").count() == 2
            assert company.periods.count() == 36

    def test_every_row_is_sound(self):
        items = Item.objects.filter(kind="stocked").select_related("item_class")
        assert [item.code for item in items if gtin_problem(item.gtin)] == []
        assert [unit.gtin for unit in ItemUnit.objects.exclude(gtin="") if gtin_problem(unit.gtin)] == []
        assert [i for i in items if missing_attributes(i.item_class.required_attributes, i.attributes)] == []
        assert (
            Bin.objects.values("site", "pick_sequence").annotate(n=Count("pk")).filter(n__gt=1).count() == 0
        )
        homes = Customer.objects.annotate(homes=Count("ship_tos", filter=Q(ship_tos__is_default=True)))
        assert set(homes.values_list("homes", flat=True)) == {1}
        assert CreditAccount.objects.filter(group=None).count() == Customer.objects.count()
        assert FreightTariff.objects.filter(rates__isnull=False).distinct().count() == Company.objects.count()
        strays = Customer.objects.filter(preferred_site__isnull=False).exclude(
            preferred_site__company=F("company")
        )
        assert not strays.exists()

    def test_every_customer_has_a_price_for_every_item(self):
        listed = Price.objects.filter(scope__kind="list")
        assert listed.count() == 2 * Item.objects.exclude(kind="service").count()
        assert not listed.filter(value__lte=0).exists()
        without = Customer.objects.exclude(price_scopes__scope__kind="list")
        assert not without.exists()

    def test_every_number_finds_its_item(self):
        clerk = User.objects.get(username="cs")
        legacy = ItemReference.objects.filter(kind="legacy").first()
        assert item_lookup(clerk, legacy.code)[0].id == legacy.item_id
        own = ItemReference.objects.filter(kind="customer").select_related("party").first()
        customer = Customer.objects.get(party=own.party)
        assert resolve_codes([own.code], customer.pk).items == {own.code: own.item_id}

    def test_every_role_has_a_login_with_the_published_password(self):
        assert {person.role for person in PEOPLE} == set(roles())
        assert demo_logins() == list(PEOPLE)
        assert len(PASSWORD) >= 12
        changed = User.objects.get(username="cs")
        changed.set_password("something else entirely")
        changed.save()
        assert "cs" not in {person.login for person in demo_logins()}

    def test_the_warehouse_works_at_two_sites_and_the_second_company_sees_only_itself(self):
        wim, ciara = User.objects.get(username="warehouse"), User.objects.get(username="cs.uk")
        assert sorted(Site.objects.visible_to(wim).values_list("code", flat=True)) == ["ANT", "RTM"]
        assert list(Site.objects.visible_to(ciara).values_list("code", flat=True)) == ["MAN"]
        assert set(Customer.objects.visible_to(ciara).values_list("company__code", flat=True)) == {"MUK"}
        assert Grant.objects.filter(user=wim).count() == 2

    def test_every_company_has_someone_for_its_invoice_exceptions(self):
        snapshot.forget()  # tests start from the policies' defaults
        for code, login in (("MER", "finance"), ("MUK", "finance.uk")):
            company = Company.objects.get(code=code)
            assert EXCEPTION_OWNER.value(on=date(2026, 1, 1), company=company.pk) == login
            owner = Actor.of(User.objects.get(username=login))
            assert owner.may(CORRECT_EXCEPTION, company=company.pk)

    def test_history_says_who_made_it(self):
        event = AuditEvent.objects.filter(table="masterdata_item").first()
        assert (event.actor, event.reason) == ("system:seed", "Demo company")

    def test_a_database_with_a_company_is_left_alone(self):
        before = Item.objects.count()
        call_command("seed", "--if-empty", stdout=StringIO())
        with pytest.raises(CommandError, match="empty"):
            call_command("seed", without_trade=True, stdout=StringIO())
        assert Item.objects.count() == before


def test_the_same_company_comes_out_every_time():
    first, second = Random(SEED), Random(SEED)
    sizes = masters.SIZES["small"]
    classes = {each.code: each for each in masters.item_classes()}

    def picture(rng):
        wanted = masters.variants(rng, sizes.items)
        items = [(item.code, item.name, item.gtin) for item in masters.items(rng, wanted, classes)]
        return items, [party.name for party in partners.parties(rng, sizes.customers, "C", "BE")]

    assert picture(first) == picture(second)
