"""Tasks for programs: an automat asks what is open, claims it and confirms it, as a person does (WH13)."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import CodeField, StrictSerializer, body_of

from .actions.give_tasks import complete_task, give_tasks, take_tasks
from .models import Kind, Task
from .permissions import ASSIGN_TASKS, TAKE_TASKS, VIEW_TASKS
from .queries import task_list


class TaskOut(serializers.ModelSerializer[Task]):
    """`source_id` is the document's id at its own address; `place` the bin to go to first."""

    site = serializers.CharField(source="site.code")
    zone = serializers.CharField(source="zone.code", default=None, allow_null=True)

    class Meta:
        model = Task
        fields = [
            "id", "kind", "source_id", "number", "site", "zone", "what", "place", "owner", "priority", "since",
            "due_at",
        ]  # fmt: skip


class GiveTaskIn(StrictSerializer):
    """`owner` blank: whoever comes first; left out or null: as it is."""

    owner = CodeField(max_length=80, required=False, allow_null=True, allow_blank=True, default=None)
    priority = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=99
    )


class TaskDoneOut(serializers.Serializer[Any]):
    """`changed` false: it had been done before."""

    task = serializers.IntegerField(source="task_id")
    changed = serializers.BooleanField()


class TaskFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__code")
    zone = django_filters.CharFilter(field_name="zone__code")
    kind = django_filters.MultipleChoiceFilter(choices=Kind.choices)
    owner = django_filters.CharFilter()


class TaskViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Task]):
    """Open work of the floor, of every kind. What is done is not listed any more."""

    serializer_class = TaskOut
    filterset_class = TaskFilter
    RIGHTS = {"claim": TAKE_TASKS, "complete": TAKE_TASKS, "give": ASSIGN_TASKS}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_TASKS))()]

    def get_queryset(self) -> QuerySet[Task]:
        return task_list(user=self.request.user)

    @extend_schema(request=None, responses=TaskOut)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        """Acknowledge the task: it is the caller's from now on. Asked again it answers the same."""
        take_tasks(_by(request), task_ids=[self.get_object().pk])
        return Response(TaskOut(self.get_object()).data)

    @extend_schema(request=None, responses=TaskDoneOut)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Confirm it as it was asked for; what differs is confirmed at the document's own address."""
        if not pk.isdecimal():
            raise NotFound(what="task", reference=pk)
        return Response(TaskDoneOut(complete_task(_by(request), task_id=int(pk))).data)

    @extend_schema(request=GiveTaskIn, responses=TaskOut)
    @action(detail=True, methods=["post"])
    def give(self, request: Request, pk: str) -> Response:
        """Give it to somebody, or another priority."""
        given = body_of(request, GiveTaskIn)
        give_tasks(_by(request), task_ids=[self.get_object().pk], **given)
        return Response(TaskOut(self.get_object()).data)


def _by(request: Request) -> By:
    return By(Actor.of(request.user), key=key_of(request))
