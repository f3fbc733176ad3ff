"""Forms of intake."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import Form, NumberField
from masterdata.models import Company
from orders.partners.models import TradingPartner


class UploadForm(Form):
    """A file of orders, and whose they are where the reader works for several companies."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or Excel (.xlsx), at most 20 MB, 200,000 rows and 200 columns; or X12, EDIFACT or an e-mail (.eml)."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.edi,.x12,.eml"}),
    )
    company = forms.ModelChoiceField(
        label=_("Received by"), queryset=Company.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, companies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].queryset = companies
        first = companies.first()
        if companies.count() == 1:
            del self.fields["company"]
        self.only_company = first


class CorrectionForm(Form):
    """A parked line as it should have been, and the header of a document that became no order yet."""

    item = forms.CharField(label=_("Item"), max_length=60)
    quantity = NumberField(label=_("Quantity"))
    unit = forms.CharField(label=_("Unit"), max_length=3, required=False)
    customer = forms.CharField(label=_("Customer"), max_length=60)
    customer_po = forms.CharField(label=_("Customer PO"), max_length=60, required=False)
    ship_to = forms.CharField(label=_("Ship to"), max_length=60, required=False)
    remember = forms.BooleanField(required=False)
    others = forms.BooleanField(label=_("Resubmit every waiting line of this document"), required=False)

    HEADER = ("customer", "customer_po", "ship_to")

    def __init__(self, *args: Any, has_order: bool, unknown: str, **kwargs: Any) -> None:
        """`unknown`: the number that the correction could teach; empty: none."""
        super().__init__(*args, **kwargs)
        self.fields["remember"].label = _("Remember that this customer calls it “%(number)s”") % {
            "number": unknown
        }
        if not unknown:
            del self.fields["remember"]
        if has_order:
            for name in self.HEADER:
                del self.fields[name]


class RetakeForm(Form):
    """What somebody says of an electronic document that waits as a whole."""

    partner = forms.ModelChoiceField(
        label=_("Trading partner"),
        queryset=TradingPartner.objects.none(),
        required=False,
        empty_label=_("As it says"),
    )
    ship_to = forms.CharField(
        label=_("Ship to"),
        max_length=20,
        required=False,
        help_text=_("Our code of the address, where it cannot be told"),
    )
    accept = forms.BooleanField(label=_("Take it in spite of what stands against it"), required=False)
    reason = forms.CharField(label=_("Why?"), max_length=200, required=False)

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners


class DropForm(Form):
    """Why nobody will order the line."""

    reason = forms.CharField(label=_("Why is it not ordered?"), max_length=200)
