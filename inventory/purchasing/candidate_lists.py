"""Items from catalogues that are ordered so often that the house might keep them (OC13)."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.lists import BulkAction, ListPage, Outcome, one_by_one
from erp.kernel.models import User
from inventory.commitments.models import Demand
from inventory.stock.models import Quantity
from masterdata.catalogue.actions.promote_item import propose_promotion
from masterdata.catalogue.forms import ProposeForm
from masterdata.catalogue.models import Promotion
from masterdata.catalogue.permissions import PROMOTE_ITEM
from masterdata.catalogue.policies import PROMOTION_LINES
from masterdata.items.models import Item

YEAR = timedelta(days=365)


def candidates(*, user: Any) -> QuerySet[Item]:
    """Items from a catalogue with `lines` and `wanted` of a year, as many lines as the policy asks for or more."""
    lately = Demand.objects.visible_to(user).filter(item=OuterRef("pk"), group__created_at__gte=now() - YEAR)
    counted = lately.order_by().values("item")
    return (
        Item.objects.filter(stocking=Item.Stocking.CATALOGUE, status=Item.Status.ACTIVE)
        .exclude(Exists(Promotion.objects.filter(item=OuterRef("pk"), decided_at=None)))
        .annotate(
            lines=Coalesce(
                Subquery(counted.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField()
            ),
            wanted=Subquery(counted.annotate(n=Sum("ordered")).values("n"), output_field=Quantity()),
        )
        .filter(lines__gte=PROMOTION_LINES.value())
    )


def propose(user: User, ids: list[int], *, reason: str) -> Outcome:
    reach = candidates(user=user).filter(pk__in=ids).values_list("pk", flat=True)
    return one_by_one(
        sorted(reach), lambda pk: propose_promotion(By(Actor.of(user)), item_id=pk, reason=reason)
    )


class CandidateList(ListPage):
    """What is bought for orders again and again."""

    title, noun = _("Candidates for stock"), _("items")
    permission = PROMOTE_ITEM
    columns = (
        Column("code", _("Item"), "code", sort="code"),
        Column("name", _("Name")),
        Column("lines", _("Lines in a year"), "number"),
        Column("wanted", _("Wanted in a year"), "quantity"),
        Column("stock_unit_id", _("Unit"), "code"),
    )
    actions = (
        BulkAction(
            "propose", _("Propose to keep"), PROMOTE_ITEM, propose, icon="package-check", form=ProposeForm,
            past=ngettext_lazy("%(n)d item proposed", "%(n)d items proposed", "n"),
        ),
    )  # fmt: skip
    default_sort = "code"
    empty_title = _("No candidates")
    empty_text = _("Items from catalogues appear here once they are ordered on enough lines within a year.")

    def queryset(self, user: User) -> QuerySet[Item]:
        return candidates(user=user)

    def row_url(self, row: Item) -> str:
        return reverse("masterdata:item", args=[row.pk])
