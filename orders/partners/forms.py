"""Forms of trading partners."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.commitments.models import SupplyMethod
from masterdata.formlib import GroupedForm
from masterdata.parties.queries import customer_list

from .checks import ROLES
from .models import TradingPartner


class MappingField(forms.CharField):
    """Pairs of codes, one a line: `CA = CS` reads their CA as our CS."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea({"rows": 4, "spellcheck": "false", "class": "code"})
        super().__init__(widget=widget, required=False, **options)

    def clean(self, value: Any) -> dict[str, str]:
        pairs = {}
        for line in str(super().clean(value)).splitlines():
            theirs, sign, ours = line.partition("=")
            if not line.strip():
                continue
            if not sign or not theirs.strip() or not ours.strip():
                raise ValidationError(
                    _("Write each pair as theirs = ours; “%(line)s” is none.") % {"line": line[:40]}
                )
            pairs[theirs.strip()] = ours.strip()
        return pairs

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{theirs} = {ours}" for theirs, ours in value.items())
        return value


class PartnerForm(GroupedForm):
    """A profile: from where documents come, and how they are read and answered."""

    standard = forms.ChoiceField(label=gettext_lazy("Standard"), choices=TradingPartner.Standard.choices)
    qualifier = forms.CharField(label=gettext_lazy("Their qualifier"), max_length=4, required=False)
    identifier = forms.CharField(
        label=gettext_lazy("Their identifier"), max_length=35, help_text=gettext_lazy("ISA06, or UNB sender")
    )
    own_qualifier = forms.CharField(label=gettext_lazy("Our qualifier"), max_length=4, required=False)
    own_identifier = forms.CharField(
        label=gettext_lazy("Our identifier"),
        max_length=35,
        required=False,
        help_text=gettext_lazy("Empty: any"),
    )
    buyer_code = forms.CharField(
        label=gettext_lazy("Buyer's code"),
        max_length=35,
        required=False,
        help_text=gettext_lazy("Where one sender writes for several customers; empty: any"),
    )
    usage = forms.ChoiceField(
        label=gettext_lazy("Use"),
        choices=TradingPartner.Usage.choices,
        initial=TradingPartner.Usage.TEST,
        help_text=gettext_lazy("Documents of a test partner are read and checked, never ordered"),
    )
    item_codes = forms.MultipleChoiceField(
        label=gettext_lazy("Item numbers that count"),
        choices=list(ROLES.items()),
        initial=["gtin", "buyer", "supplier"],
        widget=forms.CheckboxSelectMultiple,
    )
    units = MappingField(
        label=gettext_lazy("Units"), help_text=gettext_lazy("theirs = ours, one a line: GBND = BX")
    )
    ship_tos = MappingField(
        label=gettext_lazy("Addresses"), help_text=gettext_lazy("theirs = ours, one a line: W_341001 = NORTH")
    )
    supply = forms.ChoiceField(
        label=gettext_lazy("Supply"),
        choices=[("", gettext_lazy("As the item and the house say")), *SupplyMethod.choices],
        required=False,
        help_text=gettext_lazy("Of the goods on every line; what cannot be bought is not concerned"),
    )
    takes_orders = forms.BooleanField(
        label=gettext_lazy("Purchase orders (850, ORDERS) come in"), required=False, initial=True
    )
    functional_ack = forms.BooleanField(
        label=gettext_lazy("They want to know that it could be read (997, CONTRL)"),
        required=False,
        initial=True,
    )
    order_ack = forms.BooleanField(
        label=gettext_lazy("They want to know what becomes of it (855, ORDRSP)"), required=False, initial=True
    )
    layout = (
        (gettext_lazy("Who"), ("customer", "standard", "qualifier", "identifier", "own_qualifier", "own_identifier",
                               "buyer_code", "usage", "is_active")),
        (gettext_lazy("How it is read"), ("item_codes", "units", "ship_tos", "supply")),
        (gettext_lazy("Messages"), ("takes_orders", "functional_ack", "order_ack")),
    )  # fmt: skip


class CreatePartnerForm(PartnerForm):
    """A new profile of a customer."""

    customer = forms.CharField(
        label=gettext_lazy("Customer"), max_length=20, help_text=gettext_lazy("The customer's number")
    )

    def clean_customer(self) -> Any:
        code = self.cleaned_data["customer"].strip()
        found = customer_list(user=self.user).filter(party__code__iexact=code).first()
        if found is None:
            raise ValidationError(_("There is no customer %(code)s.") % {"code": code})
        return found


class ChangePartnerForm(PartnerForm):
    """A profile that exists."""

    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)
