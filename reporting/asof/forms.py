"""Of which day, as known when, where, and of what."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel import clock
from erp.kernel.forms import DayField, Form
from erp.kernel.models import User
from masterdata.models import Company, Item
from reporting.asof.queries import Question, companies, item_named, sites_of


class AsOfForm(Form):
    """A question to the stock ledger. Without an item it is answered as a file."""

    company = forms.TypedChoiceField(label=_("Company"), coerce=int)
    on = DayField(label=_("End of"))
    known_on = DayField(label=_("As known at the end of"), required=False)
    item = forms.CharField(label=_("Item"), max_length=40, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.companies: dict[int, Company] = {company.pk: company for company in companies(user=user)}
        self.fields["company"].choices = [(pk, company.name) for pk, company in self.companies.items()]
        self.found: Item | None = None

    def clean_item(self) -> str:
        code: str = self.cleaned_data["item"]
        if code:
            self.found = item_named(code)
            if self.found is None:
                raise forms.ValidationError(_("There is no such item."))
        return code

    def question(self) -> Question:
        """What is asked, with the moment of knowing fixed."""
        given = self.cleaned_data
        company, known_at = self.companies[given["company"]], clock.now()
        if known_on := given["known_on"]:
            end = datetime.combine(known_on + timedelta(days=1), time.min, ZoneInfo(company.time_zone))
            known_at = min(known_at, end - timedelta(microseconds=1))
        sites = sites_of(company, user=self.user)
        return Question(company, given["on"], known_at, sites, self.found.pk if self.found else None)
