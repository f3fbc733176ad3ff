"""Forms of the house: fields that understand what people type, drawn by `{% field form.po %}`."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from .errors import DomainError
from .formats import day_hint, read_day, read_number, write_day, write_quantity


class NumberInput(forms.TextInput):
    """Plain text with the decimal keyboard: `type=number` knows neither grouping nor the user's decimal mark."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "num", **(attrs or {})})


class NumberField(forms.DecimalField):
    """A decimal typed as `1,200.5`, `1.200,5` or `1 200,5`, shown in the user's format."""

    widget = NumberInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal | int):
            return Decimal(value)
        try:
            return read_number(str(value))
        except ValueError as problem:
            raise ValidationError(str(problem), code="invalid") from problem

    def prepare_value(self, value: Any) -> Any:
        return write_quantity(value) if isinstance(value, Decimal | int) else value


class DayInput(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "data-day": "", **(attrs or {})})


class DayField(forms.Field):
    """A date typed as `t`, `+3`, `27.11`, `27 nov`; shown as `27 Nov 2026`."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return read_day(str(value), timezone.localdate())
        except ValueError as problem:
            raise ValidationError(str(problem), code="invalid") from problem

    def prepare_value(self, value: Any) -> Any:
        return write_day(value) if isinstance(value, date) else value


class Form(forms.Form):
    """A form that draws our way: no colons, ids as in the page, refusals of the verbs beside the entries."""

    use_required_attribute = False
    label_suffix = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def refuse(self, error: DomainError, field: str | None = None) -> None:
        """Show a verb's refusal: by the field it names (`context["field"]`), else above the form."""
        named = field or error.context.get("field")
        self.add_error(named if named in self.fields else None, str(error))


class VersionedForm(Form):
    """A form on a record that others may change meanwhile: carries the version it was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def opened_on(self) -> int:
        """The version it was opened on, 0 where it says none."""
        return self.cleaned_data["version"] or 0


def hint_for_day(value: date | None) -> str:
    """`Friday, in 4 days`, or nothing without a date."""
    return day_hint(value, timezone.localdate()) if value else ""


class KeyedForm(Form):
    """A command's form: its hidden key makes a second sending the same command."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def typed(self, name: str, row: object) -> str:
        """What was typed into the row's field of that name."""
        return str(self.data.get(f"{name}-{row}", "")).strip()

    def read(self, name: str, row: object, label: Any) -> Decimal | None:
        """The number typed there; None for a blank, and the problem above the form when it is none."""
        text = self.typed(name, row)
        try:
            return read_number(text) if text else None
        except ValueError as problem:
            self.add_error(None, f"{label}: {problem}")
            return None
