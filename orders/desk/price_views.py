"""The price check's page: customer, item, quantity and day in the address; the price with its reasons below."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from erp.kernel.errors import DomainError
from erp.kernel.formats import write_day
from erp.kernel.forms import DayField, Form, NumberField
from erp.kernel.web import is_htmx, needs
from masterdata.agreements.permissions import VIEW_PRICE
from masterdata.formlib import code_field
from masterdata.items.lookups import resolve_codes
from masterdata.items.queries import item_list
from masterdata.models import Customer
from masterdata.parties.queries import customer_list
from orders.entry.actions.submit_order import SUBMIT

from .price_check import price_sheet


def _lookup(kind: str, address: Promise | str) -> forms.TextInput:
    """A field whose list of hits comes with what is typed (lookup.js)."""
    return forms.TextInput(
        {
            "role": "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "autocomplete": "off",
            "spellcheck": "false", "aria-controls": f"{kind}-list", "data-lookup": kind, "hx-get": address,
            "hx-trigger": "input changed delay:40ms", "hx-target": f"#{kind}-list", "hx-sync": "this:replace",
        }
    )  # fmt: skip


class PriceCheckForm(Form):
    """What is asked: for whom, which item, how many, ordered when. Codes and numbers, never a guess."""

    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=80,
        widget=_lookup("customer", reverse_lazy("orders:customer_lookup")),
    )
    item = forms.CharField(
        label=gettext_lazy("Item"),
        max_length=80,
        widget=_lookup("item", reverse_lazy("masterdata:item_lookup")),
        help_text=gettext_lazy("Code, barcode or another number"),
    )
    quantity = NumberField(
        label=gettext_lazy("Quantity"),
        min_value=Decimal("0.000001"),
        max_digits=18,
        decimal_places=6,
        initial=1,
    )
    unit = code_field(
        gettext_lazy("Unit"), max_length=3, required=False, help_text=gettext_lazy("Empty: sold in")
    )
    on = DayField(label=gettext_lazy("Ordered on"), required=False, help_text=gettext_lazy("t, +3, 27.11"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()

    def clean_customer(self) -> Customer:
        """The one customer in scope that has this code."""
        code = self.cleaned_data["customer"].replace("\0", "")
        rows = customer_list(user=self.user).filter(party__code__iexact=code).order_by("pk")
        if picked := self.data.get("customer_pk", ""):
            rows = rows.filter(pk=picked) if picked.isdecimal() else rows.none()
        found = list(rows[:2])
        if not found:
            raise forms.ValidationError(_("No customer has this number. Pick one from the list."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several companies sell to this customer. Pick one from the list."))
        return found[0]

    def clean(self) -> dict[str, Any]:
        entered: dict[str, Any] = super().clean() or self.cleaned_data
        if customer := entered.get("customer"):
            self._resolve_item(entered, customer)
        entered["on"] = entered.get("on") or timezone.localdate()
        return entered

    def _resolve_item(self, entered: dict[str, Any], customer: Customer) -> None:
        code = entered.get("item", "").replace("\0", "").strip()
        if not code:
            return
        resolved = resolve_codes([code], customer.pk)
        rows = item_list(user=self.user).prefetch_related("units").filter(pk=resolved.get(code) or 0)
        entered["item"] = rows.first()
        entered["unit"] = entered.get("unit", "").strip().upper() or resolved.units.get(code.upper(), "")
        if entered["item"] is None:
            self.add_error("item", _("No single item has this number. Pick one from the list."))


@require_GET
@needs(VIEW_PRICE)
def price_check(request: HttpRequest) -> HttpResponse:
    """Ask for a price without ordering: every step, the breaks, where the goods are; margin for who may know."""
    asked = any(request.GET.get(name, "").strip() for name in ("customer", "item"))
    form = PriceCheckForm(_complete(request) if asked else None, user=request.user)
    sheet = None
    if asked and form.is_valid():
        try:
            sheet = price_sheet(user=request.user, **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
    context = {
        "form": form,
        "sheet": sheet,
        "customer": form.cleaned_data["customer"] if sheet else None,
        "on": form.cleaned_data["on"] if sheet else None,
        "customer_pk": request.GET.get("customer_pk", ""),
        "may_order": request.user.has_perm(SUBMIT),
        "asked": asked,
    }
    template = "orders/desk/_price_check.html" if is_htmx(request) else "orders/desk/price_check.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _complete(request: HttpRequest) -> Any:
    """What was typed; an address without quantity or day, such as a link's, asks for one of today."""
    data = request.GET.copy()
    data.setdefault("quantity", "1")
    data["on"] = data.get("on", "").strip() or write_day(timezone.localdate())
    return data
