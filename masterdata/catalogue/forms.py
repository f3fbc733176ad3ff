"""Forms of catalogues."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import Form
from masterdata.formlib import GroupedForm, code_field
from masterdata.items.models import Item
from masterdata.items.queries import item_classes
from masterdata.parties.models import Supplier


class LoadForm(Form):
    """A supplier's list; looked at only, or taken."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.none())
    file = forms.FileField(label=_("File"), help_text=_("CSV or Excel with number, name, unit and cost"))
    check_only = forms.BooleanField(label=_("Only show what would change"), required=False, initial=True)

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["supplier"].queryset = (
            Supplier.objects.visible_to(user).filter(is_blocked=False).select_related("party")
        )


class SetUpForm(GroupedForm):
    """Our code and class for what a supplier offers."""

    code = code_field(_("Code"), max_length=40, help_text=_("Ours; it stays"))
    item_class = forms.ModelChoiceField(label=_("Class"), queryset=None)
    tax_class = forms.ChoiceField(label=_("Tax class"), choices=Item.TaxClass.choices)
    layout = (("", ("code", "item_class", "tax_class")),)

    def arrange(self) -> None:
        self.fields["item_class"].queryset = item_classes()


class ProposeForm(Form):
    """Why items shall be kept in stock."""

    reason = forms.CharField(label=_("Why shall it be kept in stock?"), max_length=200)
