"""Forms of master data: grouped fields, choices in the reader's scope, and what changed as a verb wants it."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import VersionedForm


class GroupedForm(VersionedForm):
    """A form in named groups. `layout`: ((legend, (field, …)), …); fields that a reader may not set are left out."""

    layout: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        self.arrange()

    def arrange(self) -> None:
        """Fill choices and drop fields for this reader."""

    def drop(self, *names: str) -> None:
        for name in names:
            self.fields.pop(name, None)

    @property
    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        for legend, names in self.layout:
            bound = [self[name] for name in names if name in self.fields]
            if bound:
                yield legend, bound

    def changes(self, *leave: str) -> dict[str, Any]:
        """The entries as a verb takes them: `group` becomes group_id, an empty choice None."""
        values = {}
        for name, value in self.cleaned_data.items():
            if name in ("version", *leave):
                continue
            if isinstance(self.fields[name], forms.ModelChoiceField):
                values[f"{name}_id"] = value.pk if value is not None else None
            else:
                values[name] = value
        return values


LANGUAGES = (
    ("en", _("English")), ("nl", _("Dutch")), ("fr", _("French")), ("de", _("German")), ("it", _("Italian")),
    ("pl", _("Polish")), ("es", _("Spanish")),
)  # fmt: skip


def code_field(label: Any, *, max_length: int = 12, required: bool = True, **options: Any) -> forms.CharField:
    """A short code, typed in capitals or not."""
    widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "code"})
    return forms.CharField(label=label, max_length=max_length, required=required, widget=widget, **options)
