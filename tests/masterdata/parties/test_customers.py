"""Customers: created with an address, changed under their version, kept to their company."""

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from masterdata.models import Customer, Party, ShipTo
from masterdata.parties.actions.change_customer import change_customer
from masterdata.parties.actions.create_customer import create_customer
from masterdata.parties.actions.create_supplier import create_supplier
from masterdata.parties.actions.set_ship_to import set_ship_to
from masterdata.parties.errors import AlreadyCustomer, BillToLoop, OtherCompany, ShipToTaken
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward():
    return By(make.actor("data_steward", username="stine"))


@pytest.fixture
def ask():
    company, group, terms = make.company(), make.customer_group(), make.terms()

    def asked(**changes):
        usual = {"company_id": company.pk, "name": "Kaldermeer NV", "country": "be", "group_id": group.pk}
        return {**usual, "terms_id": terms.pk, **changes}

    return asked


def test_a_customer_gets_a_number_an_address_and_the_company_s_currency(steward, ask):
    made = create_customer(steward, **ask(street="Quay 4", city="Gent", tax_number="BE0400"))
    customer = Customer.objects.select_related("party").get(pk=made.customer_id)
    assert (customer.currency, customer.party.country, customer.party.code) == ("EUR", "BE", made.code)
    assert made.code.startswith("C")
    home = customer.ship_tos.get()
    assert (home.code, home.street, home.city, home.is_default) == ("01", "Quay 4", "Gent", True)
    assert customer.party.search == f"{made.code}\nKALDERMEER NV\nBE0400"


def test_a_party_that_exists_becomes_a_customer_once(steward, ask):
    supplier = make.supplier(party=make.party(code="P77", name="Vellmark"))
    made = create_customer(steward, **ask(code="p77"))
    assert Customer.objects.get(pk=made.customer_id).party == supplier.party
    with pytest.raises(AlreadyCustomer):
        create_customer(steward, **ask(code="P77"))
    asked = ask()
    create_supplier(
        steward, company_id=asked["company_id"], terms_id=asked["terms_id"], name="X", country="BE"
    )
    assert Party.objects.count() == 2


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"country": "Belgium"}, {"currency": "EURO"}, {"code": "a b"}]
)
def test_what_is_malformed_is_refused_and_nothing_is_made(steward, ask, changes):
    with pytest.raises(BadInput):
        create_customer(steward, **ask(**changes))


def test_a_steward_of_one_company_makes_no_customers_of_another(ask):
    elsewhere = By(make.actor("data_steward", scope=f"company:{make.company().pk}"))
    with pytest.raises(NotPermitted):
        create_customer(elsewhere, **ask())
    assert not Customer.objects.exists()


def test_a_change_reaches_customer_and_party_under_one_version(steward):
    customer = make.customer()
    change_customer(
        steward, customer_id=customer.pk, version=1, changes={"name": "Ostrelle", "po_required": True}
    )
    customer.refresh_from_db()
    assert (customer.party.name, customer.po_required) == ("Ostrelle", True)
    assert customer.party.search.endswith("OSTRELLE")
    with pytest.raises(StaleVersion) as refused:
        change_customer(
            steward, customer_id=customer.pk, version=1, changes={"name": "Mine", "po_required": False}
        )
    assert refused.value.context["changes"] == [
        {"label": "Po required", "mine": "no", "theirs": "yes"},
        {"label": "Name", "mine": "Mine", "theirs": "Ostrelle"},
    ]


def test_the_payer_is_of_the_same_company_and_pays_for_itself(steward):
    payer = make.customer()
    daughter = make.customer(bill_to=payer)
    other = make.customer(company=make.company())
    stranger = make.customer(company=payer.company, party=make.party())
    for error, customer, bill_to in (
        (OtherCompany, stranger, other),
        (BillToLoop, stranger, daughter),
        (BillToLoop, payer, stranger),
    ):
        with pytest.raises(error):
            change_customer(steward, customer_id=customer.pk, version=1, changes={"bill_to_id": bill_to.pk})


def test_a_customer_is_served_from_its_own_company_s_sites(steward):
    foreign = make.site(company=make.company())
    customer = make.customer(company=make.company())
    with pytest.raises(OtherCompany):
        change_customer(
            steward, customer_id=customer.pk, version=1, changes={"preferred_site_id": foreign.pk}
        )


# Addresses -----------------------------------------------------------------------------------------


def test_a_new_usual_address_takes_the_place_of_the_old_one(steward):
    customer = make.customer()
    old = customer.ship_tos.get()
    made = set_ship_to(
        steward, customer_id=customer.pk, code="b2", name="Dock", country="nl", is_default=True
    )
    assert list(ShipTo.objects.filter(is_default=True).values_list("pk", "code")) == [(made.ship_to_id, "B2")]
    with pytest.raises(ShipToTaken):
        set_ship_to(steward, customer_id=customer.pk, code=old.code, name="Dock", country="NL")
    with pytest.raises(BadInput):
        set_ship_to(steward, customer_id=customer.pk, code="B3", name="", country="NL")


def test_an_address_changes_under_its_version(steward):
    customer = make.customer()
    home = customer.ship_tos.get()
    asked = {
        "customer_id": customer.pk,
        "ship_to_id": home.pk,
        "code": home.code,
        "country": "BE",
        "is_default": True,
    }
    set_ship_to(steward, **asked, name="Gate 2", version=1)
    with pytest.raises(StaleVersion):
        set_ship_to(steward, **asked, name="Gate 3", version=1)
    home.refresh_from_db()
    assert (home.name, home.version) == ("Gate 2", 2)
