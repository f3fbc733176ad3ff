"""Trading partners: list, profile with history, and the forms that change it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.pages import Fact, FormPage, Link, RecordPage

from .actions.change_partner import change_partner
from .actions.create_partner import create_partner
from .checks import FIELDS, ROLES
from .forms import ChangePartnerForm, CreatePartnerForm
from .models import TradingPartner
from .permissions import CHANGE_PARTNER, VIEW_PARTNER
from .queries import partner_list

USES = {"production": (_("Production"), "ok"), "test": (_("Test"), "info")}


class PartnerFilters(Filters):
    q = SearchFilter(
        exact=("identifier", "own_identifier", "buyer_code", "customer__party__code"),
        prefix=("customer__party__name",),
        label=_("Identifier or customer"),
    )
    standard = FacetFilter(label=_("Standard"), choices=TradingPartner.Standard.choices)
    usage = FacetFilter(label=_("Use"), choices=TradingPartner.Usage.choices)


class PartnerList(ListPage):
    title, noun = _("Trading partners"), _("trading partners")
    permission = VIEW_PARTNER
    template = "orders/partners/partner_list.html"
    filters = PartnerFilters
    columns = (
        Column("identifier", _("Identifier"), "code", sort="identifier", value=str),
        Column("customer__party__code", _("Customer"), "code"),
        Column("customer__party__name", _("Name")),
        Column("standard", _("Standard"), value=lambda row: row.get_standard_display()),
        Column("buyer_code", _("Buyer's code"), optional=True),
        Column("usage", _("Use"), "chip", states=USES),
        Column("customer__company__code", _("Company"), optional=True),
    )
    tabs = (
        Tab("active", _("In use"), Q(is_active=True)),
        Tab("old", _("Not in use"), Q(is_active=False)),
    )
    default_sort = "identifier"
    empty_title = _("No trading partners yet")
    empty_text = _("A trading partner is a customer whose orders come as electronic documents.")

    def queryset(self, user: User) -> QuerySet[TradingPartner]:
        return partner_list(user=user)

    def row_url(self, row: TradingPartner) -> str:
        return reverse("orders:partner", args=[row.pk])


def crumbs(partner: TradingPartner | None = None) -> Sequence[Any]:
    home = (_("Trading partners"), reverse("orders:partner_list"))
    return (*home, str(partner), reverse("orders:partner", args=[partner.pk])) if partner else home


def _pairs(mapping: dict[str, str]) -> str:
    return ", ".join(f"{theirs} = {ours}" for theirs, ours in mapping.items())


def _yes(value: bool) -> Any:
    return _("yes") if value else _("no")


class PartnerRecord(RecordPage):
    permission = VIEW_PARTNER
    record = "orders.partner"

    def row(self, request: HttpRequest, pk: int) -> TradingPartner:
        return get_object_or_404(partner_list(user=request.user), pk=pk)

    def context(self, request: HttpRequest, row: TradingPartner) -> dict[str, Any]:
        change = reverse("orders:partner_change", args=[row.pk])
        ours = f"{row.own_qualifier}/{row.own_identifier}" if row.own_qualifier else row.own_identifier
        facts = [
            Fact(_("Customer"), row.customer, reverse("masterdata:customer", args=[row.customer_id])),
            Fact(_("Standard"), row.get_standard_display()),
            Fact(_("Their address"), row),
            Fact(_("Our address"), ours or _("any")),
            Fact(_("Buyer's code"), row.buyer_code or _("any")),
            Fact(_("Item numbers that count"), ", ".join(str(ROLES[role]) for role in row.item_codes)),
            Fact(_("Units"), _pairs(row.units)),
            Fact(_("Addresses"), _pairs(row.ship_tos)),
            Fact(_("Supply"), row.get_supply_display() or _("as the item and the house say")),
            Fact(_("Purchase orders (850, ORDERS)"), _yes(row.takes_orders)),
            Fact(_("Could be read (997, CONTRL)"), _yes(row.functional_ack)),
            Fact(_("What becomes of it (855, ORDRSP)"), _yes(row.order_ack)),
        ]
        return {
            "title": str(row),
            "lead": row.customer.party.name,
            "steps": (*crumbs(), str(row), ""),
            "chip": USES[row.usage] if row.is_active else (_("Not in use"), "mute"),
            "facts": facts,
            "links": [Link(_("Change"), change, CHANGE_PARTNER, "pencil", True)],
        }


class PartnerCreate(FormPage):
    permission = CHANGE_PARTNER
    form_class = CreatePartnerForm
    title, verb = _("New trading partner"), _("Create trading partner")

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(), _("New"), "")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        """What a document that waits says of its sender, where one leads here."""
        names = ("standard", "qualifier", "identifier", "own_qualifier", "own_identifier")
        return {name: request.GET[name][:35] for name in names if name in request.GET}

    def perform(self, by: By, form: CreatePartnerForm) -> str:
        given = form.changes("customer")
        made = create_partner(by, customer_id=form.cleaned_data["customer"].pk, profile=given)
        return reverse("orders:partner", args=[made.partner_id])


class PartnerChange(FormPage):
    permission = CHANGE_PARTNER
    form_class = ChangePartnerForm
    title, verb = _("Change trading partner"), _("Save trading partner")
    partner: TradingPartner

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.partner = get_object_or_404(partner_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(self.partner), self.title, "")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {name: getattr(self.partner, name) for name in (*FIELDS, "version")}

    def perform(self, by: By, form: ChangePartnerForm) -> str:
        version = form.cleaned_data["version"] or 0
        change_partner(by, partner_id=self.partner.pk, version=version, changes=form.changes())
        return reverse("orders:partner", args=[self.partner.pk])
