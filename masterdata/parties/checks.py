"""What every party is checked for, and how it gets its code and search text."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput, NotFound
from masterdata.places.models import Company, Site

from .errors import BillToLoop, OtherCompany
from .models import Customer, Party

COUNTRY = re.compile(r"[A-Z]{2}")
CURRENCY = re.compile(r"[A-Z]{3}")
CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,19}")
SHORT_CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,11}")
LONGEST_TERMS = 365


def trading_company(batch: Batch, company_id: int, permission: str) -> Company:
    """The company, for an actor who holds the right there. Raises NotPermitted, NotFound."""
    batch.actor.require(permission, company=company_id)
    found = Company.objects.filter(pk=company_id).first()
    if found is None:
        raise NotFound(what=_("company"), reference=company_id)
    return found


def party_for(*, code: str, prefix: str, name: str, country: str, **details: str) -> Party:
    """The party with this code, or a new one; without a code it is numbered after its row. Raises BadInput."""
    code, name, country = code.strip().upper(), name.strip(), country.strip().upper()
    if code and not CODE.fullmatch(code):
        raise BadInput(field="code", reason=_("up to 20 letters, digits and . / _ - without blanks."))
    if code and (known := Party.objects.filter(code=code).first()):
        return known
    if not name:
        raise BadInput(field="name", reason=_("a party needs a name."))
    if not COUNTRY.fullmatch(country):
        raise BadInput(field="country", reason=_("two letters, such as BE."))
    party = Party.objects.create(code=code or f"?{prefix}", name=name, country=country, **details)
    if not code:
        party.code = f"{prefix}{10_000 + party.pk}"
    party.search = search_text(party)
    party.save(update_fields=["code", "search"])
    return party


def search_text(party: Party) -> str:
    """What finds a party: code, name and tax number, upper case."""
    return "\n".join(filter(None, (party.code, party.name, party.tax_number))).upper()


def sound_currency(currency: str, company: Company) -> str:
    """The currency to trade in; blank is the company's. Raises BadInput.

    Documents are posted at their own amounts, so until dated exchange rates exist it is the company's currency.
    """
    currency = currency.strip().upper() or company.currency
    if not CURRENCY.fullmatch(currency):
        raise BadInput(field="currency", reason=_("three letters, such as EUR."))
    if currency != company.currency:
        raise BadInput(
            field="currency",
            reason=_(
                "{company} keeps its books in {currency}; trade in other currencies needs exchange rates."
            ).format(company=company.code, currency=company.currency),
        )
    return currency


def sound_payer(customer_id: int | None, company_id: int, bill_to_id: int | None) -> None:
    """The payer is a customer of the same company who pays for itself. Raises NotFound, OtherCompany, BillToLoop."""
    if bill_to_id is None or bill_to_id == customer_id:
        return
    payer = Customer.objects.filter(pk=bill_to_id).select_related("party").first()
    if payer is None:
        raise NotFound(what=_("customer"), reference=bill_to_id)
    if payer.company_id != company_id:
        raise OtherCompany(what=payer, field="bill_to")
    pays_for_others = customer_id is not None and Customer.objects.filter(bill_to=customer_id).exists()
    if payer.bill_to_id not in (None, payer.pk) or pays_for_others:
        raise BillToLoop(payer=payer, field="bill_to")


def sound_freight(values: Mapping[str, Any]) -> dict[str, Any]:
    """Freight terms and the account with the carrier, as far as they are given. Raises BadInput."""
    sound = dict(values)
    if "freight_terms" in sound and sound["freight_terms"] not in Customer.FreightTerms.values:
        raise BadInput(field="freight_terms", reason=_("one of the terms of the list."))
    if "freight_account" in sound:
        sound["freight_account"] = sound["freight_account"].strip()
    return sound


def own_site(company_id: int, site_id: int | None) -> None:
    """Until companies trade with each other, a customer is served from its own company's sites."""
    if site_id is not None and not Site.objects.filter(pk=site_id, company=company_id).exists():
        raise OtherCompany(what=_("This site"), field="preferred_site")


def sound_group(values: Mapping[str, Any]) -> dict[str, Any]:
    """Name and priority of a customer group, as far as they are given. Raises BadInput."""
    sound = _named(values, _("a group needs a name."))
    if not 1 <= sound.get("priority", 1) <= 9:
        raise BadInput(field="priority", reason=_("1, served first when stock is short, to 9, served last."))
    return sound


def sound_terms(values: Mapping[str, Any]) -> dict[str, Any]:
    """Name, days and cash discount of payment terms, as far as they are given. Raises BadInput."""
    sound = _named(values, _("payment terms need a name, such as 30 days net."))
    if not 0 <= sound.get("days", 0) <= LONGEST_TERMS:
        raise BadInput(field="days", reason=_("0, due at once, to 365 days after the invoice's date."))
    percent, within = sound.get("discount_percent", 0), sound.get("discount_days", 0)
    if not 0 <= percent < 100 or percent != round(percent, 2):
        raise BadInput(field="discount_percent", reason=_("0 to below 100, with at most 2 decimals."))
    if not 0 <= within <= (sound.get("days", 0) if percent else 0):
        raise BadInput(field="discount_days", reason=_("of a discount, and no later than the day it is due."))
    return sound


def _named(values: Mapping[str, Any], reason: str) -> dict[str, Any]:
    sound = dict(values)
    if "name" in sound:
        sound["name"] = sound["name"].strip()
        if not sound["name"]:
            raise BadInput(field="name", reason=reason)
    return sound


def short_code(code: str) -> str:
    """A group's or terms' code in capitals. Raises BadInput."""
    code = code.strip().upper()
    if not SHORT_CODE.fullmatch(code):
        raise BadInput(field="code", reason=_("up to 12 letters, digits and . / _ - without blanks."))
    return code
