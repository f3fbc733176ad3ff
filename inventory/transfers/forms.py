"""What is typed when goods are asked for, loaded, unloaded and looked for."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError
from erp.kernel.formats import read_number, write_quantity
from erp.kernel.forms import DayField, Form, KeyedForm, NumberField
from inventory.counting.scanning import Seen, see
from inventory.inbound.forms import bins_of
from masterdata.formlib import code_field
from masterdata.items.lookups import resolve_codes
from masterdata.places.models import Site

from .actions.request_transfer import Asked
from .models import TransferContent, TransferOrder
from .queries import Suggested, sites_in_reach

ROWS = 8
COLUMNS = ("item", "quantity", "unit", "for")


class TransferForm(KeyedForm):
    """A request: the header here, its lines as parallel columns of the same request."""

    site = forms.ModelChoiceField(label=_("From"), queryset=Site.objects.none())
    to_site = forms.ModelChoiceField(label=_("To"), queryset=Site.objects.none())
    needed_on = DayField(label=_("Needed there"))
    reason = forms.ChoiceField(label=_("Reason"), choices=TransferOrder.Reason.choices)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        user: Any,
        data: QueryDict | None = None,
        *,
        known: Sequence[dict[str, str]] = (),
        order: TransferOrder | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        sites = sites_in_reach(user=user).filter(is_active=True)
        self.fields["site"].queryset = self.fields["to_site"].queryset = sites
        if order is not None:  # between which sites goods go is what a request is about
            for name in ("site", "to_site", "reason"):
                del self.fields[name]
        self.known = list(known)
        self.lines: list[Asked] = []

    @property
    def rows(self) -> list[dict[str, str]]:
        """The lines as typed, else as known, filled up with blank ones."""
        typed = self.known
        if isinstance(self.data, QueryDict) and self.is_bound:
            columns = [self.data.getlist(name) for name in COLUMNS]
            typed = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=False)]
        blank = max(ROWS - len(typed), 1)
        return [*typed, *(dict.fromkeys(COLUMNS, "") for _row in range(blank))]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        filled = [row for row in self.rows if row["item"].strip() or row["quantity"].strip()]
        known = resolve_codes(row["item"] for row in filled)
        for place, row in enumerate(filled, 1):
            item_id = known.get(row["item"])
            if item_id is None:
                told = {"n": place, "code": row["item"]}
                self.add_error(None, _t("Line %(n)s: there is no item “%(code)s”.") % told)
                continue
            try:
                quantity = read_number(row["quantity"])
            except ValueError as problem:
                self.add_error(None, _t("Line %(n)s: %(problem)s") % {"n": place, "problem": problem})
                continue
            wanted_by = int(row["for"]) if row["for"].isdecimal() and len(row["for"]) < 19 else None
            self.lines.append(Asked(item_id, quantity, row["unit"].strip().upper(), wanted_by))
        if not filled:
            self.add_error(None, _t("Enter at least one line."))
        return cleaned


class ReasonForm(KeyedForm):
    """Why something is refused, cancelled or dismissed."""

    reason = forms.CharField(label=_("Why?"), max_length=200)


class DismissForm(Form):
    """Why a proposal is not taken up."""

    reason = forms.CharField(label=_("Why not?"), max_length=200)


class OwnerForm(Form):
    """Who clears a difference."""

    owner = forms.CharField(label=_("Owner"), max_length=80, help_text=_("Sign-in name"))


class _CountedForm(KeyedForm):
    """Rows with a quantity each; a scan adds to the row of its item."""

    code = forms.CharField(required=False, max_length=120, strip=False)
    field = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.counted: dict[str, str] = {}  # what a scan or "everything" put there instead of what was typed

    def shown(self, row: object) -> str:
        """The quantity that the row shows."""
        return self.counted.get(str(row), self.typed(self.field, row))

    def _add(self, seen: Seen, rows: Sequence[tuple[str, int, int | None, Decimal]]) -> str:
        """Add a scan to the first row of its item (and lot) that still takes it; that row's key.

        Raises ValueError in one sentence where there is none.
        """
        same = [row for row in rows if row[1] == seen.item.pk and seen.lot_id in (None, row[2])]
        if not same:
            raise ValueError(_t("%(item)s is not among these goods.") % {"item": seen.item.name})
        for key, _item, _lot, most in same:
            text = self.typed(self.field, key)
            now = (read_number(text) if text else Decimal(0)) + seen.quantity
            if now <= most:
                self.counted[key] = write_quantity(now)
                return key
        raise ValueError(_t("All of %(item)s is counted already.") % {"item": seen.item.name})

    def scan(self, rows: Sequence[tuple[str, int, int | None, Decimal]]) -> tuple[str, str]:
        """What a scan came to and what was wrong with it; one of them is empty."""
        try:
            seen = see(self.data.get("code", ""))
            key = self._add(seen, rows)
        except (DomainError, ValueError) as error:
            return "", str(error)
        return f"{seen.item.name}: {self.counted[key]} {seen.item.stock_unit_id}", ""


class LoadForm(_CountedForm):
    """What is loaded of each place."""

    field = "load"
    carrier = forms.CharField(label=_("Carrier"), max_length=40, required=False)
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=60, required=False)
    keep_rest = forms.BooleanField(label=_("What is not loaded goes later"), required=False)

    def places(self, suggested: Sequence[Suggested]) -> list[tuple[str, int, int | None, Decimal]]:
        return [
            (each.key, each.line.item_id, each.lot.pk if each.lot else None, each.quantity)
            for each in suggested
        ]


class UnloadForm(_CountedForm):
    """What came of each lot, in which bin it lies, and what of it is damaged."""

    field = "good"
    complete = forms.BooleanField(
        label=_("Everything is unloaded: what I did not count is missing"), required=False
    )
    note = forms.CharField(label=_("What happened to it"), max_length=200, required=False)

    def __init__(self, site_id: int, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.bins = bins_of(site_id)

    def bin_id(self, row: object) -> int | None:
        """The bin that was typed for the row; says so above the form where the site has none of that code."""
        code = self.typed("bin", row)
        found = self.bins.get(code.upper())
        if found is None:
            self.add_error(None, _t("There is no bin “%(code)s” that goods are taken into.") % {"code": code})
        return found

    def places(self, contents: Sequence[TransferContent]) -> list[tuple[str, int, int | None, Decimal]]:
        return [(str(each.pk), each.line.item_id, each.lot_id, each.expected) for each in contents]


class FindForm(KeyedForm):
    """Goods that came to light."""

    quantity = NumberField(label=_("Found"))
    bin = code_field(_("Bin"), max_length=20)

    def __init__(self, site_id: int, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.bins = bins_of(site_id)

    def clean_bin(self) -> int:
        found = self.bins.get(self.cleaned_data["bin"].strip().upper())
        if found is None:
            raise forms.ValidationError(_t("There is no such bin that goods are taken into."))
        return found


class WriteOffForm(KeyedForm):
    """Why what is missing leaves stock, and the number of the claim if the carrier pays for it."""

    note = forms.CharField(label=_("What happened"), max_length=180)
    claim_reference = forms.CharField(
        label=_("Claim number"),
        max_length=60,
        required=False,
        help_text=_("Where the carrier is asked to pay for it"),
    )
