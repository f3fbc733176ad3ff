"""Documents for programs: found by their number, listed flat, and changed by verbs that each ask for a right."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.db.models import Model
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

from .actor import Actor
from .api import has_perm, key_of
from .command import By
from .flat import FlatListMixin

Document = TypeVar("Document", bound=Model)


class DocumentViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Document]):
    # `serializer_class` shapes the list, `detail_class` one document and the answer of its verbs. A verb asks for its
    # right of `rights`, all else for `view_right`. No docstring: the API's description would show it.
    detail_class: ClassVar[type[serializers.BaseSerializer[Any]]]
    view_right: ClassVar[str]
    rights: ClassVar[Mapping[str, str]] = {}
    lookup_field = "number"
    lookup_value_regex = "[^/]+"

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.rights.get(self.action, self.view_right))()]

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return super().get_serializer_class() if self.action == "list" else self.detail_class

    def by(self, reason: str = "") -> By:
        """Who asks for a verb, under which idempotency key."""
        return By(Actor.of(self.request.user), key=key_of(self.request), reason=reason)

    def answer(self, number: str, code: int = status.HTTP_200_OK) -> Response:
        """The document as the verb has left it."""
        return Response(self.detail_class(self.get_queryset().get(number=number)).data, status=code)
