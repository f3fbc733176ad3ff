"""Say how an item or a class of items is stocked, at one site or at all of a company; change it, take it away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.replenishment.errors import PolicyExists
from inventory.replenishment.models import Method, Stocking, StockingPolicy
from inventory.replenishment.permissions import SET_STOCKING
from masterdata.items.models import Item, ItemClass
from masterdata.places.models import Company, Site
from masterdata.records import locked_at, write

QUANTITIES = ("order_quantity", "order_minimum", "order_multiple")


@dataclass(frozen=True, slots=True)
class StockingSet:
    policy_id: int


@dataclass(frozen=True, slots=True)
class StockingRemoved:
    policy_ids: list[int]


@dataclass(frozen=True, slots=True)
class StockingTerms:
    """What a policy says; what is None or blank follows the house's policies. Quantities in the stock unit."""

    reason: str
    stocking: str = Stocking.STOCKED.value
    method: str = ""
    service_level: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    order_quantity: Decimal | None = None
    order_minimum: Decimal | None = None
    order_multiple: Decimal | None = None
    reviewer: str = ""
    review_on: date | None = None

    @property
    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    def refuse_wrong(self) -> None:
        """Raises BadInput at the field that is wrong."""
        for name, known in (("stocking", Stocking.values), ("method", ["", *Method.values])):
            if getattr(self, name) not in known:
                raise BadInput(field=name, reason=_("one of: %(names)s.") % {"names": ", ".join(known)})
        if not self.reason.strip():
            raise BadInput(field="reason", reason=_("say why."))
        if self.service_level is not None and not Decimal(50) <= self.service_level <= Decimal("99.99"):
            raise BadInput(field="service_level", reason=_("from 50 to 99.99 %."))
        if self.minimum is not None and self.minimum < 0:
            raise BadInput(field="minimum", reason=_("it is not negative."))
        if self.maximum is not None and (self.minimum is None or self.maximum < self.minimum):
            raise BadInput(field="maximum", reason=_("it is not below the minimum, which is named too."))
        for name in QUANTITIES:
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise BadInput(field=name, reason=_("it is above zero."))
        if self.review_on is not None and not self.reviewer.strip():
            raise BadInput(field="reviewer", reason=_("name who looks at it on that day."))


def _taken(**_given: object) -> PolicyExists:
    return PolicyExists()


@command("inventory.set_stocking_policy", conflicts={"stocking_policy_unique": _taken})
def set_stocking_policy(
    batch: Batch,
    *,
    company_id: int,
    terms: StockingTerms,
    site_id: int | None = None,
    item_class_id: int | None = None,
    item_id: int | None = None,
) -> StockingSet:
    """A policy for an item or for a class with all below it; a site of None holds for all sites.

    The next run plans by it. Raises NotFound, BadInput, PolicyExists.
    """
    batch.actor.require(SET_STOCKING, company=company_id, site=site_id)
    company = Company.objects.filter(pk=company_id).first()
    if company is None:
        raise NotFound(what=_("company"), reference=company_id)
    if site_id is not None and not Site.objects.filter(pk=site_id, company=company).exists():
        raise NotFound(what=_("site of %(company)s") % {"company": company.code}, reference=site_id)
    if (item_id is None) == (item_class_id is None):
        raise BadInput(field="item", reason=_("name an item or a class of items, not both."))
    if item_id is not None and not Item.objects.filter(pk=item_id, kind=Item.Kind.STOCKED).exists():
        raise NotFound(what=_("stocked item"), reference=item_id)
    if item_class_id is not None and not ItemClass.objects.filter(pk=item_class_id).exists():
        raise NotFound(what=_("item class"), reference=item_class_id)
    terms.refuse_wrong()
    scope = {"company_id": company_id, "site_id": site_id, "item_class_id": item_class_id, "item_id": item_id}
    if StockingPolicy.objects.filter(**scope).exists():
        raise PolicyExists()
    made = StockingPolicy.objects.create(**scope, **terms.columns, set_by=batch.actor.name)
    return StockingSet(made.pk)


@command("inventory.change_stocking_policy")
def change_stocking_policy(
    batch: Batch, *, policy_id: int, version: int, terms: StockingTerms
) -> StockingSet:
    """Write other terms. Raises NotFound, StaleVersion, BadInput."""
    rows = StockingPolicy.objects.select_related("item", "item_class", "site", "company")
    policy = locked_at(rows, policy_id, version, terms.columns)
    batch.actor.require(SET_STOCKING, company=policy.company_id, site=policy.site_id)
    terms.refuse_wrong()
    policy.set_by = batch.actor.name
    write(policy, terms.columns, "set_by")
    return StockingSet(policy.pk)


@command("inventory.remove_stocking_policies")
def remove_stocking_policies(batch: Batch, *, policy_ids: Sequence[int]) -> StockingRemoved:
    """The items follow the next wider policy from the next run on; all are removed or none. Raises NotFound.

    The number of statements does not depend on the policies.
    """
    wanted = sorted(set(policy_ids))
    rows = StockingPolicy.objects.filter(pk__in=wanted)
    found = {each.pk: each for each in rows.order_by("pk").select_for_update(of=("self",))}
    for policy_id in wanted:
        if policy_id not in found:
            raise NotFound(what=StockingPolicy._meta.verbose_name, reference=policy_id)
        batch.actor.require(SET_STOCKING, company=found[policy_id].company_id, site=found[policy_id].site_id)
    rows.delete()
    return StockingRemoved(wanted)
