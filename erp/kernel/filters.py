"""Filters of lists, on top of django-filter: everything stands in the URL, so a saved view is a query string."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import django_filters
from django import forms
from django.db.models import CharField, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from .forms import DayField, DayInput

SEARCH = _("Search")


class SearchFilter(django_filters.CharFilter):
    """The search box: each word must be found. State which fields are matched how, for the indexes there are.

    exact: whole codes and numbers of the house, typed in any case. any_case: what others wrote, whole, in any case
    (needs an index on Upper). prefix: beginnings. contains: anywhere (needs a trigram index).

    What a word names in another table is looked up there first, so that the list asks for a few keys, each by its own
    index, instead of looking through every row for any of the matches.
    """

    def __init__(
        self,
        *,
        exact: Sequence[str] = (),
        any_case: Sequence[str] = (),
        prefix: Sequence[str] = (),
        contains: Sequence[str] = (),
        label: Any = SEARCH,
        **kwargs: Any,
    ) -> None:
        self.lookups = [
            *(f"{name}__exact" for name in exact),
            *(f"{name}__iexact" for name in any_case),
            *(f"{name}__istartswith" for name in prefix),
            *(f"{name}__icontains" for name in contains),
        ]
        super().__init__(label=label, **kwargs)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        for word in (value or "").replace("\0", "").split()[:6]:
            qs = qs.filter(matching(qs.model, self.lookups, word))
        return qs


MOST_KEYS = 2_000  # beyond it a word says so little that rows are rather looked through in the list's order


def matching(model: type[Model], lookups: Sequence[str], word: str) -> Q:
    """Rows of which one of the lookups finds the word, as a condition that indexes answer."""
    found = Q(pk__in=[])
    for lookup in lookups:
        first, _, rest = lookup.partition("__")
        field = model._meta.get_field(first)
        if "__" not in rest:
            if rest != "exact":
                found |= Q(**{lookup: word})
            elif isinstance(field, CharField):
                found |= Q(**{f"{first}__in": sorted({word, word.upper(), word.lower()})})
            elif word.isascii() and word.isdigit():
                found |= Q(**{first: int(word)})
            continue
        related = field.related_model
        assert isinstance(related, type)
        rows = related._base_manager.filter(matching(related, [rest], word))
        keys = list(rows.order_by().values_list("pk", flat=True)[: MOST_KEYS + 1])
        found |= Q(**{f"{first}__in": keys if len(keys) <= MOST_KEYS else rows.values("pk")})
    return found


class FacetFilter(django_filters.ChoiceFilter):
    """One choice of a few; `Any` when none is made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Any"))
        super().__init__(*args, **kwargs)


class FlagFilter(django_filters.ChoiceFilter):
    """Yes, no or any, of a boolean field or annotation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Any"))
        super().__init__(*args, choices=[("yes", _("Yes")), ("no", _("No"))], **kwargs)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(**{self.field_name: value == "yes"}) if value in ("yes", "no") else qs


class DayRange(forms.MultiWidget):
    """Two day fields, `name_from` and `name_to`."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        first = DayInput({"aria-label": _("from"), "placeholder": _("from")})
        last = DayInput({"aria-label": _("to"), "placeholder": _("to")})
        super().__init__({"from": first, "to": last}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [value.start, value.stop] if value else [None, None]


class DayRangeField(forms.MultiValueField):
    widget = DayRange

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("max_length", None)
        fields = (DayField(required=False), DayField(required=False))
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> slice | None:
        return slice(*data_list) if any(data_list) else None


class DayRangeFilter(django_filters.Filter):
    """Days from and to, both included. Name the date or instant field; instants count in the reader's zone."""

    field_class = DayRangeField

    def filter(self, qs: QuerySet[Any], value: slice | None) -> QuerySet[Any]:
        if not value:
            return qs
        start, stop = value.start, value.stop
        if qs.model._meta.get_field(self.field_name).get_internal_type() == "DateTimeField":
            start, stop = midnight(start), midnight(stop + timedelta(days=1)) if stop else None
            upper = "lt"
        else:
            upper = "lte"
        if start:
            qs = qs.filter(**{f"{self.field_name}__gte": start})
        return qs.filter(**{f"{self.field_name}__{upper}": stop}) if stop else qs


def midnight(day: date | None) -> datetime | None:
    """The instant at which the day begins for the reader."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


class Filters(django_filters.FilterSet):
    """Base of a list's filters. A filter named `q` is the search box, the others are facets in their order."""

    def words(self) -> str:
        """The chosen filters in words, for the export's sheet and for empty lists."""
        said = []
        for name, filter_ in self.filters.items():
            value = self.form.cleaned_data.get(name) if self.form.is_valid() else None
            if value in (None, "", [], False):
                continue
            said.append(f"{filter_.label or name}: {self._word(name, value)}")
        return ", ".join(said)

    def _word(self, name: str, value: Any) -> str:
        if isinstance(value, slice):
            return " – ".join(str(bound) for bound in (value.start, value.stop) if bound)
        choices = dict(getattr(self.form.fields[name], "choices", []) or [])
        return str(choices.get(value, value))


class AskedFilterBackend(DjangoFilterBackend):
    """Filters of lists for programs: only those that the address names are built, the others would change nothing."""

    def get_filterset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        whole = self.get_filterset_class(view, queryset)
        if whole is None:
            return None
        asked = tuple(
            name
            for name in whole.base_filters
            if any(key == name or key.startswith(f"{name}_") for key in request.query_params)
        )
        return _only(whole, asked)(**self.get_filterset_kwargs(request, queryset, view))


@lru_cache(maxsize=512)
def _only(whole: type[django_filters.FilterSet], names: tuple[str, ...]) -> type[django_filters.FilterSet]:
    """The filter set with these filters alone."""
    found: Any = type(whole.__name__, (whole,), {})
    found.base_filters = {name: whole.base_filters[name] for name in names}
    return found
