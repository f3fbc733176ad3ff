"""How a customer gets its invoices, and what they say of the seller, is kept by verb, page and program."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from masterdata.models import EInvoiceProfile, SellerDetails
from masterdata.parties.actions.set_einvoice_profile import set_einvoice_profile
from masterdata.places.actions.set_seller_details import set_seller_details
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward() -> Actor:
    return factories.actor("data_steward")


def test_a_profile_is_entered_and_changed_under_its_version(steward: Actor) -> None:
    customer = factories.customer()
    values: dict[str, Any] = {"format": "ubl", "endpoint_scheme": "em", "endpoint_id": " ap@example.com "}
    set_einvoice_profile(By(steward), customer_id=customer.pk, version=0, **values)
    kept = EInvoiceProfile.objects.get()
    assert (kept.format, kept.endpoint_scheme, kept.endpoint_id, kept.version) == (
        "ubl",
        "EM",
        "ap@example.com",
        1,
    )
    with pytest.raises(StaleVersion):
        set_einvoice_profile(By(steward), customer_id=customer.pk, version=0, format="cii")
    set_einvoice_profile(By(steward), customer_id=customer.pk, version=1, format="facturx")
    kept.refresh_from_db()
    assert (kept.format, kept.endpoint_scheme, kept.version) == ("facturx", "", 2)


@pytest.mark.parametrize(
    "values",
    [
        {"format": "edifact"},
        {"format": "ubl", "email": "ap@example.com, all@example.com"},
        {"format": "ubl", "endpoint_scheme": "0208"},
        {"format": "ubl", "endpoint_id": "0477472701"},
        {"format": "ubl", "endpoint_scheme": "208", "endpoint_id": "0477472701"},
    ],
)
def test_what_is_no_profile_is_refused(steward: Actor, values: dict[str, str]) -> None:
    customer = factories.customer()
    with pytest.raises(BadInput):
        set_einvoice_profile(By(steward), customer_id=customer.pk, version=0, **values)
    assert not EInvoiceProfile.objects.exists()


def test_the_seller_is_entered_with_its_tax_number(steward: Actor) -> None:
    company = factories.company()
    values = {
        "tax_number": "be 0477472701",
        "account_number": "BE68 5390 0754 7034",
        "bic": "kredbebb",
        "city": "Gent",
    }
    set_seller_details(By(steward), company_id=company.pk, version=0, values=values)
    kept = SellerDetails.objects.get()
    company.refresh_from_db()
    assert (company.tax_number, kept.account_number, kept.bic, kept.city) == (
        "BE0477472701", "BE68539007547034", "KREDBEBB", "Gent",
    )  # fmt: skip
    with pytest.raises(StaleVersion):
        set_seller_details(By(steward), company_id=company.pk, version=0, values={"city": "Brugge"})


@pytest.mark.parametrize(
    "values",
    [
        {"account_number": "BE68539007547035"},
        {"account_number": "BE68/5390"},
        {"bic": "KRED"},
        {"contact_email": "nowhere"},
        {"endpoint_scheme": "0208"},
    ],
)
def test_what_is_no_seller_is_refused(steward: Actor, values: dict[str, str]) -> None:
    company = factories.company()
    with pytest.raises(BadInput):
        set_seller_details(By(steward), company_id=company.pk, version=0, values=values)
    assert not SellerDetails.objects.exists()


def test_who_may_not_is_refused() -> None:
    customer, clerk = factories.customer(), factories.actor("customer_service")
    with pytest.raises(NotPermitted):
        set_einvoice_profile(By(clerk), customer_id=customer.pk, version=0, format="ubl")
    with pytest.raises(NotPermitted):
        set_seller_details(By(clerk), company_id=customer.company_id, version=0, values={})


def test_pages_and_programs_keep_both(client: Client) -> None:
    customer = factories.customer()
    user = factories.user("data_steward")
    client.force_login(user)
    page = f"/masterdata/customers/{customer.pk}/"
    answer = client.post(f"{page}e-invoice/", {"format": "cii", "version": "0", "buyer_reference": "COST-7"})
    assert (answer.status_code, EInvoiceProfile.objects.get().buyer_reference) == (302, "COST-7")
    assert "COST-7" in client.get(page).content.decode()
    company = f"/masterdata/companies/{customer.company_id}/"
    answer = client.post(
        f"{company}seller/", {"version": "0", "account_number": "DE89 3704 0044 0532 0130 00"}
    )
    assert answer.status_code == 302
    assert "DE89370400440532013000" in client.get(company).content.decode()

    api = APIClient()
    api.force_authenticate(user)
    address = f"/api/v1/customers/{customer.pk}/e-invoice/"
    assert api.get(address).json()["format"] == "cii"
    assert api.put(address, {"version": 1, "format": "ubl"}, format="json").json() == {
        "format": "ubl", "buyer_reference": "", "endpoint_scheme": "", "endpoint_id": "", "email": "", "version": 2,
    }  # fmt: skip
    assert api.put(address, {"version": 1, "format": "ubl"}, format="json").status_code == 409
