"""What is agreed with a customer, or known of it, changes."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked, locked_at, only, write

from ..checks import own_site, search_text, sound_currency, sound_freight, sound_payer
from ..events import CustomersMoved
from ..models import Customer, Party
from ..permissions import CHANGE_CUSTOMER
from ..queries import groups_above

OF_PARTY = frozenset({"name", "country", "language", "tax_number", "email", "phone"})
OF_CUSTOMER = frozenset({
    "group_id", "terms_id", "bill_to_id", "currency", "tax_treatment", "ship_rule", "minimum_fill_percent",
    "maximum_shipments", "preferred_site_id", "is_blocked", "po_required", "po_unique", "freight_terms",
    "freight_account", "billing_trigger",
})  # fmt: skip


@command("masterdata.change_customer")
def change_customer(batch: Batch, *, customer_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields of the customer and its party, if it still has the version they were edited on.

    Raises NotFound, BadInput, StaleVersion with both values, OtherCompany, BillToLoop.
    """
    only(OF_CUSTOMER | OF_PARTY, changes)
    own = {name: value for name, value in changes.items() if name in OF_CUSTOMER}
    known = {name: value for name, value in changes.items() if name in OF_PARTY}
    customer = locked_at(
        Customer.objects.select_related("party", "company"), customer_id, version, own, party=known
    )
    batch.actor.require(CHANGE_CUSTOMER, company=customer.company_id)
    if "currency" in own:
        own["currency"] = sound_currency(own["currency"], customer.company)
    own = sound_freight(own)
    sound_payer(customer.pk, customer.company_id, own.get("bill_to_id"))
    own_site(customer.company_id, own.get("preferred_site_id"))
    party = locked(Party.objects.all(), customer.party_id)
    if write(party, known):
        party.search = search_text(party)
        party.save(update_fields=["search"])
        customer.version += 1  # whoever edits the customer sees the party's fields too
        customer.save(update_fields=["version"])
    left = customer.group_id
    write(customer, own)
    if customer.group_id != left:
        batch.announce(CustomersMoved(groups_above(left, customer.group_id)))
