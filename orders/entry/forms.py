"""Forms of the order's page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, NumberField, VersionedForm
from inventory.commitments.models import SupplyMethod
from masterdata.parties.models import Customer
from masterdata.places.models import Site
from orders.rulebook.policies import rush_codes

from .amending import Amendment, LineChange
from .models import SalesOrder
from .queries import LineView
from .shipping import KIT_RULES, LINE_RULES, demands_of


class CancelForm(VersionedForm):
    """Why everything that is still open is cancelled."""

    reason = forms.CharField(label=_("Why is it cancelled?"), max_length=200)


class AmendForm(VersionedForm):
    """Quantities, prices and sites of every open line, one new line, and the header; only what differs is changed."""

    customer_po = forms.CharField(label=_("Customer PO"), max_length=60, required=False)
    requested_on = DayField(label=_("Requested date"))
    rush = forms.ChoiceField(label=_("Rush"), required=False)
    coupon = forms.CharField(label=_("Coupon"), max_length=30, required=False)
    reason = forms.CharField(label=_("Why does it change?"), max_length=200)
    new_item = forms.CharField(
        label=_("Add an item"), max_length=80, required=False, help_text=_("Code or barcode")
    )
    new_quantity = NumberField(label=_("Quantity"), required=False, min_value=0)

    new_site = forms.ChoiceField(label=_("Leaves from"), required=False)

    def __init__(
        self, *args: Any, order: SalesOrder, lines: list[LineView], sites: Sequence[Site], **kwargs: Any
    ) -> None:
        kwargs.setdefault(
            "initial",
            {
                "version": order.version,
                "customer_po": order.customer_po,
                "requested_on": order.requested_on,
                "rush": order.rush,
                "coupon": order.coupon,
            },
        )
        super().__init__(*args, **kwargs)
        self.order = order
        codes = dict.fromkeys([*rush_codes(order.company_id), *([order.rush] if order.rush else ())])
        self.fields["rush"].choices = [("", _("Not urgent")), *((code, code) for code in codes)]
        self.open_lines = [view for view in lines if view.ordered - view.cancelled and not view.is_added]
        # A form of an older version may lack lines of this one: the verb shows the difference.
        stale = self.is_bound and self.data.get("version") != str(order.version)
        for view in self.open_lines:
            number = view.line.line
            self.fields[f"quantity_{number}"] = NumberField(
                label=_("Quantity of line %(n)s") % {"n": number},
                initial=view.ordered - view.cancelled,
                min_value=0,
                required=not stale,
            )
            self.fields[f"price_{number}"] = NumberField(
                label=_("Price of line %(n)s") % {"n": number}, required=False, min_value=0
            )
        self._choose_sites(sites)

    def _choose_sites(self, sites: Sequence[Site]) -> None:
        """Where lines leave from, where there is a choice; a line keeps a site that is none for others."""
        choices = [(str(site.pk), site.code) for site in sites]
        self.has_sites = len(choices) > 1
        if not self.has_sites:
            del self.fields["new_site"]
            return
        self.fields["new_site"].choices = [("", _("As the order")), *choices]
        for view in self.open_lines:
            if view.stocked:
                own = (str(view.site_id), view.site)
                self.fields[f"site_{view.line.line}"] = forms.ChoiceField(
                    label=_("Line %(n)s leaves from") % {"n": view.line.line},
                    choices=choices if own in choices else [own, *choices],
                    initial=own[0],
                    required=False,
                )

    def rows(self) -> list[dict[str, Any]]:
        """The lines with their two fields, for the table."""
        return [
            {
                "view": view,
                "quantity": self[f"quantity_{view.line.line}"],
                "price": self[f"price_{view.line.line}"],
                "site": self[name] if (name := f"site_{view.line.line}") in self.fields else None,
            }
            for view in self.open_lines
        ]

    def amendment(self, new_item_id: int | None) -> Amendment:
        """What differs from the order as it was shown."""
        given, changes = self.cleaned_data, []
        for view in self.open_lines:
            number, line = view.line.line, view.line
            quantity, price = given[f"quantity_{number}"], given.get(f"price_{number}")
            if quantity is None:
                continue
            site_id = int(given.get(f"site_{number}") or view.site_id or 0) or None
            repriced = price is not None and price != line.unit_price
            if quantity != view.ordered - view.cancelled or repriced or site_id != view.site_id:
                reason = given["reason"] if price is not None else ""
                changes.append(
                    LineChange(number, quantity, price=price, price_reason=reason[:120], site_id=site_id)
                )
        if new_item_id:
            added = given.get("new_quantity") or Decimal(1)
            site_id = int(given.get("new_site") or 0) or None
            changes.append(LineChange(0, added, new_item_id, site_id=site_id))
        moved = given["requested_on"] != self.order.requested_on
        renamed = given["customer_po"] != self.order.customer_po
        rushed = given["rush"] != self.order.rush
        coupon = given["coupon"].upper()
        return Amendment(
            changes,
            rush=given["rush"] if rushed else None,
            coupon=coupon if coupon != self.order.coupon else None,
            requested_on=given["requested_on"] if moved else None,
            customer_po=given["customer_po"] if renamed else None,
        )


class ShipRuleForm(VersionedForm):
    """The order's rule, one for each line, and why."""

    ship_rule = forms.ChoiceField(label=_("Ships"), choices=Customer.ShipRule.choices)
    minimum_fill_percent = forms.IntegerField(label=_("Least fill, %"), min_value=0, max_value=100)
    maximum_shipments = forms.IntegerField(
        label=_("Most shipments"),
        min_value=0,
        max_value=99,
        help_text=_("0: as many as it takes"),
    )
    reason = forms.CharField(label=_("Why does it ship differently?"), max_length=200)

    def __init__(self, *args: Any, order: SalesOrder, **kwargs: Any) -> None:
        group = order.group
        assert group is not None
        names = ("version", "ship_rule", "minimum_fill_percent", "maximum_shipments")
        kwargs.setdefault("initial", {name: getattr(group, name) for name in names})
        super().__init__(*args, **kwargs)
        rows = demands_of(order).values_list(
            "line__line", "line__item__code", "demand__ship_rule", "demand__kit"
        )
        self.lines = {line: (code, rule, kit) for line, code, rule, kit in rows}
        for line, (code, rule, kit) in self.lines.items():
            self.fields[f"line_{line}"] = forms.ChoiceField(
                label=_("Line %(n)s, %(item)s") % {"n": line, "item": code},
                choices=[("", _("As the order")), *(LINE_RULES if kit is None else KIT_RULES)],
                initial=rule,
                required=False,
            )

    def answers(self) -> dict[str, Any]:
        """The arguments of set_ship_rule."""
        given = dict(self.cleaned_data)
        return {"lines": {line: given.pop(f"line_{line}") for line in self.lines}, **given}


class SupplyForm(VersionedForm):
    """How each open line is supplied, and why that changes."""

    reason = forms.CharField(label=_("Why is it supplied otherwise?"), max_length=200)

    def __init__(self, *args: Any, lines: Sequence[LineView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {view.line.line: view for view in lines if view.open and view.stocked}
        for number, view in self.lines.items():
            self.fields[f"line_{number}"] = forms.ChoiceField(
                label=_("Line %(n)s, %(item)s") % {"n": number, "item": view.line.item.code},
                choices=SupplyMethod.choices,
                initial=view.supply,
            )

    def answers(self) -> dict[int, str]:
        """The lines that are supplied otherwise, by number."""
        given = {number: self.cleaned_data[f"line_{number}"] for number in self.lines}
        return {number: method for number, method in given.items() if method != self.lines[number].supply}
