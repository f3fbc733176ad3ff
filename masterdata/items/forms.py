"""Forms of items."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, NumberField
from masterdata.formlib import GroupedForm, code_field
from masterdata.parties.queries import party_list

from .lookups import resolve_codes
from .models import Item, ItemReference, Substitute
from .permissions import VIEW_COST
from .queries import item_classes, units
from .rules import attribute_name


class ItemForm(GroupedForm):
    """What is known of an item; attributes as one line each, "thread: M8"."""

    item: Item | None = None  # the one that is changed

    name = forms.CharField(label=_("Name"), max_length=200)
    item_class = forms.ModelChoiceField(label=_("Class"), queryset=None)
    gtin = forms.CharField(
        label=_("GTIN"), required=False, max_length=20, help_text=_("8, 12, 13 or 14 digits, as on the label")
    )
    tax_class = forms.ChoiceField(label=_("Tax class"), choices=Item.TaxClass.choices)
    weight_kg = NumberField(
        label=_("Weight, kg"), required=False, min_value=0, max_digits=12, decimal_places=4
    )
    lot_tracked = forms.BooleanField(label=_("Kept by lot"), required=False)
    stocking = forms.ChoiceField(
        label=_("Stocking"),
        choices=Item.Stocking.choices[:2],
        required=False,
        help_text=_("Bought to order: for each order anew"),
    )
    standard_cost = NumberField(
        label=_("Standard cost"), min_value=0, max_digits=18, decimal_places=6, help_text=_("Per stock unit")
    )
    attributes = forms.CharField(
        label=_("Attributes"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line: thread: M8"),
    )

    def arrange(self) -> None:
        self.fields["item_class"].queryset = item_classes()
        if not self.user.has_perm(VIEW_COST):
            self.drop("standard_cost")

    def clean_stocking(self) -> str:
        return self.cleaned_data["stocking"] or (self.item.stocking if self.item else Item.Stocking.KEPT)

    def clean_attributes(self) -> dict[str, str]:
        found = {}
        for line in self.cleaned_data["attributes"].splitlines():
            name, colon, value = line.partition(":")
            if not line.strip():
                continue
            if not colon or not name.strip():
                raise forms.ValidationError(_("Write each line as a name, a colon and a value."))
            found[attribute_name(name)] = value.strip()
        return found


def attribute_lines(attributes: dict[str, Any]) -> str:
    """Attributes as the form shows them."""
    return "\n".join(f"{name}: {value}" for name, value in attributes.items())


class CreateItemForm(ItemForm):
    """A new item, with the unit it is counted in and the pack it comes in."""

    code = code_field(_("Code"), max_length=40, help_text=_("Ours; it stays"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Item.Kind.choices)
    stock_unit = forms.ModelChoiceField(label=_("Counted in"), queryset=None, help_text=_("It stays"))
    pack_unit = forms.ModelChoiceField(label=_("Comes in"), queryset=None, required=False)
    pack_content = forms.IntegerField(label=_("Content of a pack"), required=False, min_value=1)
    sold_packed = forms.BooleanField(label=_("Sold by the pack"), required=False)

    layout = (
        (_("Item"), ("code", "name", "item_class", "kind", "gtin", "tax_class")),
        (_("Units"), ("stock_unit", "pack_unit", "pack_content", "sold_packed")),
        (_("Properties"), ("weight_kg", "standard_cost", "lot_tracked", "stocking", "attributes")),
    )

    def arrange(self) -> None:
        super().arrange()
        self.fields["stock_unit"].queryset = self.fields["pack_unit"].queryset = units()
        self.fields["standard_cost"].initial = 0

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        if entered.get("pack_unit") and not entered.get("pack_content"):
            self.add_error("pack_content", _("How many of the stock unit are in it?"))
        return entered


class ChangeItemForm(ItemForm):
    """An item that exists: its code and stock unit stay."""

    status = forms.ChoiceField(label=_("Status"), choices=Item.Status.choices)
    sell_unit = forms.ModelChoiceField(label=_("Sold in"), queryset=None)
    buy_unit = forms.ModelChoiceField(label=_("Bought in"), queryset=None)

    layout = (
        (_("Item"), ("name", "item_class", "status", "gtin", "tax_class")),
        (_("Units"), ("sell_unit", "buy_unit")),
        (_("Properties"), ("weight_kg", "standard_cost", "lot_tracked", "stocking", "attributes")),
    )

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        self.item = item
        super().__init__(*args, **kwargs)

    def arrange(self) -> None:
        super().arrange()
        assert self.item is not None
        own = units().filter(pk__in=self.item.units.values("unit"))
        self.fields["sell_unit"].queryset = self.fields["buy_unit"].queryset = own
        if self.item.stocking == Item.Stocking.CATALOGUE:
            self.drop("stocking")


class UnitForm(GroupedForm):
    """A further unit of an item."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=None)
    numerator = forms.IntegerField(label=_("Content"), min_value=1, help_text=_("In the stock unit: 12"))
    denominator = forms.IntegerField(
        label=_("Divided by"), min_value=1, initial=1, help_text=_("1, or 100 for a hundredth")
    )
    gtin = forms.CharField(label=_("GTIN of the pack"), required=False, max_length=20)
    layout = (("", ("unit", "numerator", "denominator", "gtin")),)

    def arrange(self) -> None:
        self.fields["unit"].queryset = units()


class ReferenceForm(GroupedForm):
    """Another number of an item."""

    kind = forms.ChoiceField(label=_("Whose number"), choices=ItemReference.Kind.choices)
    code = forms.CharField(label=_("Number"), max_length=60)
    party = forms.ModelChoiceField(
        label=_("Customer or supplier"), queryset=None, required=False, help_text=_("Not for a former number")
    )
    source = forms.CharField(
        label=_("System"), required=False, max_length=40, help_text=_("Where a former number comes from")
    )
    layout = (("", ("kind", "code", "party", "source")),)

    def arrange(self) -> None:
        self.fields["party"].queryset = party_list(user=self.user)


class BlockForm(GroupedForm):
    """Why an item is blocked, or is no longer."""

    reason = forms.CharField(label=_("Why"), max_length=200)
    layout = (("", ("reason",)),)


class ItemClassForm(GroupedForm):
    """A class of items: its place in the tree and what its items must fill."""

    name = forms.CharField(label=_("Name"), max_length=80)
    parent = forms.ModelChoiceField(
        label=_("Below"), queryset=None, required=False, empty_label=_("None: it stands at the top")
    )
    required_attributes = forms.CharField(
        label=_("Attributes that its items must fill"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line: thread"),
    )
    layout = (
        (_("Class"), ("code", "name", "parent")),
        (_("Requirements"), ("required_attributes",)),
    )

    def arrange(self) -> None:
        self.fields["parent"].queryset = item_classes()

    def clean_required_attributes(self) -> list[str]:
        return [line for line in self.cleaned_data["required_attributes"].splitlines() if line.strip()]


class CreateItemClassForm(ItemClassForm):
    """A new class."""

    code = code_field(_("Code"), max_length=20, help_text=_("It stays"))


class UnitOfMeasureForm(GroupedForm):
    """A unit of measure that exists: its code stays."""

    name = forms.CharField(label=_("Name"), max_length=40)
    decimals = forms.IntegerField(
        label=_("Decimals"),
        min_value=0,
        max_value=6,
        initial=0,
        help_text=_("0 for what is counted in pieces"),
    )
    layout = (("", ("code", "name", "decimals")),)


class CreateUnitForm(UnitOfMeasureForm):
    """A new unit of measure."""

    code = code_field(
        _("Code"), max_length=3, help_text=_("UN/ECE Recommendation 20: EA, KGM, MTR. It stays")
    )


class SubstituteForm(GroupedForm):
    """The terms on which one item may come instead of another; the two items stay."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Substitute.Kind.choices)
    numerator = forms.IntegerField(
        label=_("Of the substitute"), min_value=1, initial=1, help_text=_("In its stock unit")
    )
    denominator = forms.IntegerField(
        label=_("For so many of the item"), min_value=1, initial=1, help_text=_("In its stock unit")
    )
    price = forms.ChoiceField(label=_("Price"), choices=Substitute.Price.choices)
    two_way = forms.BooleanField(
        label=_("Both ways"), required=False, help_text=_("The item stands in for the substitute, too")
    )
    rank = forms.IntegerField(
        label=_("Rank"), min_value=1, max_value=99, initial=1, help_text=_("1 is offered first")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    layout: Any = (
        ("", ("item", "substitute", "kind", "valid_from", "valid_to")),
        (_("Ratio"), ("numerator", "denominator")),
        (_("Terms"), ("price", "two_way", "rank", "note")),
    )


class CreateSubstituteForm(SubstituteForm):
    """What may come instead of an item, from a day on."""

    item = code_field(_("Item"), max_length=60, help_text=_("Code or barcode"))
    substitute = code_field(_("Substitute"), max_length=60, help_text=_("Code or barcode"))
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    valid_to = DayField(label=_("Ends before"), required=False)

    def arrange(self) -> None:
        self.fields["valid_from"].initial = timezone.localdate()

    def clean_item(self) -> int:
        return _known_item(self.cleaned_data["item"])

    def clean_substitute(self) -> int:
        return _known_item(self.cleaned_data["substitute"])


def _known_item(typed: str) -> int:
    code = typed.replace("\0", "").strip()
    found = resolve_codes([code]).get(code)
    if found is None:
        raise forms.ValidationError(_("No item is known by this code."))
    return found


class EndSubstituteForm(GroupedForm):
    """The first day on which the substitute is not offered any more."""

    on = DayField(label=_("Ends before"), help_text=_("t, +3, 27.11"))
    layout = (("", ("on",)),)


class ComponentForm(GroupedForm):
    """How much of a component is in one kit; kit, component and dates stay."""

    quantity = NumberField(
        label=_("In one kit"), max_digits=18, decimal_places=6, help_text=_("In the component's stock unit")
    )
    position = forms.IntegerField(
        label=_("Position"), min_value=1, max_value=999, initial=1, help_text=_("1 stands first")
    )
    layout: Any = (("", ("kit", "component", "quantity", "position", "valid_from", "valid_to")),)


class AddComponentForm(ComponentForm):
    """What is in a kit, from a day on."""

    kit = code_field(_("Kit"), max_length=60, help_text=_("Code or barcode"))
    component = code_field(_("Component"), max_length=60, help_text=_("Code or barcode"))
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    valid_to = DayField(label=_("Ends before"), required=False)

    def arrange(self) -> None:
        self.fields["valid_from"].initial = timezone.localdate()

    def clean_kit(self) -> int:
        return _known_item(self.cleaned_data["kit"])

    def clean_component(self) -> int:
        return _known_item(self.cleaned_data["component"])


class EndComponentForm(GroupedForm):
    """The first day on which kits are ordered without it."""

    on = DayField(label=_("Ends before"), help_text=_("t, +3, 27.11"))
    layout = (("", ("on",)),)
