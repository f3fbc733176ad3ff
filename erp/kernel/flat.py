"""Lists for programs without objects: rows go from the query into their shape (performance.md 2.2).

A serializer whose fields are columns, columns of single relations ("customer.party.code") or annotations is flat. Its
list is read by `values()` and shaped by the fields' own `to_representation`, a third of the time of model instances;
the serializer stays the one description of the shape.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.db.models import QuerySet
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

# Their columns hold what is shown.
AS_READ = serializers.RelatedField | serializers.CharField | serializers.IntegerField


class Flat:
    """How the rows of a flat serializer are read and shaped."""

    def __init__(self, serializer: type[serializers.Serializer[Any]]) -> None:
        self.columns: dict[str, str] = {}  # name in the answer -> lookup of the query
        self._shapes: list[tuple[str, str, Callable[[Any], Any] | None]] = []
        for name, field in serializer().fields.items():
            assert not isinstance(
                field,
                serializers.BaseSerializer | serializers.SerializerMethodField | serializers.ManyRelatedField,
            ), f"{serializer.__name__}.{name} is more than a column"
            lookup = (field.source or name).replace(".", "__")
            self.columns[name] = lookup
            self._shapes.append(
                (name, lookup, None if isinstance(field, AS_READ) else field.to_representation)
            )

    def read(self, queryset: QuerySet[Any]) -> Any:
        """The rows as dictionaries by lookup, with "pk", which pages are cut by."""
        return queryset.values("pk", *set(self.columns.values()))

    def shape(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows as the serializer would answer them."""
        return [
            {
                name: value if (value := row[lookup]) is None or convert is None else convert(value)
                for name, lookup, convert in self._shapes
            }
            for row in rows
        ]


@cache
def flat(serializer: type[serializers.Serializer[Any]]) -> Flat:
    """The flat reader of a serializer, made once per process."""
    return Flat(serializer)


class FlatListMixin(mixins.ListModelMixin):
    # `list` of a viewset whose serializer is flat. No docstring: the API's description would show it.
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        view: Any = self
        reader = flat(view.get_serializer_class())
        rows = reader.read(view.filter_queryset(view.get_queryset()))
        return view.get_paginated_response(reader.shape(view.paginate_queryset(rows)))
