"""Forms of sites and bins."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.formats import zones
from erp.kernel.forms import DayField
from masterdata.formlib import GroupedForm, code_field

from .models import Bin, Site, Zone
from .queries import company_list, site_list

DAYS = (
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")), ("4", _("Friday")),
    ("5", _("Saturday")), ("6", _("Sunday")),
)  # fmt: skip


def chosen_days(week: str) -> list[str]:
    """The choices that a week such as "1111100" means."""
    return [str(day) for day, is_open in enumerate(week) if is_open == "1"]


class SiteForm(GroupedForm):
    """A site: its clock, week and cut-off."""

    name = forms.CharField(label=_("Name"), max_length=120)
    country = code_field(_("Country"), max_length=2, help_text=_("Two letters, such as BE"))
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name) for name in sorted(zones())],
        initial="Europe/Brussels",
    )
    address = forms.CharField(label=_("Address"), required=False, widget=forms.Textarea({"rows": 3}))
    working_days = forms.MultipleChoiceField(
        label=_("Works on"),
        choices=DAYS,
        initial=chosen_days("1111100"),
        widget=forms.SelectMultiple({"size": 7}),
    )
    cut_off = forms.TimeField(
        label=_("Cut-off"), initial=time(15), help_text=_("Last time for same-day shipping")
    )
    ship_days = forms.IntegerField(
        label=_("Days to ship"),
        min_value=0,
        max_value=60,
        initial=0,
        help_text=_("Working days from release"),
    )
    layout = (
        (_("Site"), ("company", "code", "name", "country", "time_zone", "address", "is_active")),
        (_("Calendar"), ("working_days", "cut_off", "ship_days")),
    )

    def clean_working_days(self) -> str:
        chosen = self.cleaned_data["working_days"]
        return "".join("1" if str(day) in chosen else "0" for day in range(7))


class CreateSiteForm(SiteForm):
    """A new site."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=None)
    code = code_field(_("Code"))

    def arrange(self) -> None:
        self.fields["company"].queryset = companies = company_list(user=self.user)
        self.fields["company"].initial = companies.first()


class ChangeSiteForm(SiteForm):
    """A site that exists: its code stays."""

    is_active = forms.BooleanField(label=_("In use"), required=False)


class _OfSite(GroupedForm):
    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        self.site = site
        super().__init__(*args, **kwargs)

    def arrange(self) -> None:
        if "zone" in self.fields:
            self.fields["zone"].queryset = Zone.objects.filter(site=self.site)


class GenerateBinsForm(_OfSite):
    """Many bins from one pattern."""

    zone = forms.ModelChoiceField(label=_("Zone"), queryset=None)
    pattern = forms.CharField(
        label=_("Codes"),
        max_length=60,
        help_text=_("A[01-12]-[01-20] means A01-01 to A12-20, in walking order"),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Bin.Kind.choices)
    starts_at = forms.IntegerField(
        label=_("Walk from"), min_value=1, required=False, help_text=_("Empty: after the zone's last")
    )
    layout = (("", ("zone", "pattern", "kind", "starts_at")),)


class BinForm(_OfSite):
    """A bin that exists: its code stays, labels hang on it."""

    zone = forms.ModelChoiceField(label=_("Zone"), queryset=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=Bin.Kind.choices)
    pick_sequence = forms.IntegerField(label=_("Walk"), min_value=0)
    is_active = forms.BooleanField(label=_("In use"), required=False)
    layout = (("", ("zone", "kind", "pick_sequence", "is_active")),)


class ZoneForm(GroupedForm):
    """A new zone."""

    code = code_field(_("Code"))
    name = forms.CharField(label=_("Name"), max_length=80)
    layout = (("", ("code", "name")),)


class HolidayForm(GroupedForm):
    """A holiday that exists: it stays with its site."""

    on = DayField(label=_("Closed on"), help_text=_("t, +3, 25.12"))
    name = forms.CharField(label=_("Why"), max_length=80, help_text=_("Christmas, stocktaking"))
    layout = (("", ("sites", "on", "name")),)


class AddHolidayForm(HolidayForm):
    """The same holiday for some of the reader's sites."""

    sites = forms.ModelMultipleChoiceField(
        label=_("Sites"), queryset=None, widget=forms.SelectMultiple({"size": 6})
    )

    def arrange(self) -> None:
        self.fields["sites"].queryset = site_list(user=self.user).filter(is_active=True)
