"""The two floorplans of master data: a record with its facts, sections and history, and a form that writes one.

UNITS = Records(_("Units of measure"), "masterdata:unit", unit_list)

class UnitRecord(RecordPage):        class UnitCreate(CreatePage):        class UnitChange(OfRecord):
    of = UNITS                           of = UNITS                           of = UNITS
    changed_with = CHANGE_UNIT           …                                    fields = ("name", "decimals")
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from erp.kernel import logs
from erp.kernel.actor import Actor
from erp.kernel.audit import filed_under, history_of
from erp.kernel.command import By
from erp.kernel.errors import DomainError, NotPermitted, StaleVersion
from erp.kernel.forms import Form
from erp.kernel.sections import sections_of
from erp.kernel.web import to_login

from .records import words


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the header: a word, its value and, where it leads somewhere, the address."""

    label: Any
    value: Any
    url: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A button of a page: what it does, where it leads, with which right it is shown."""

    label: Any
    url: str
    permission: str
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a timeline."""

    what: Any
    who: str
    at: Any
    text: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one kind as their pages know them.

    `address` names the page of one; its list is `<address>_list`, the form that changes it `<address>_change`.
    """

    plural: Any
    address: str
    rows: Callable[..., QuerySet[Any]]  # rows(user=…): those that the reader may see
    named: Callable[[Any], str] = attrgetter("code")

    def find(self, request: HttpRequest, pk: int | str) -> Any:
        """The record, in the reader's scope, or 404."""
        return get_object_or_404(self.rows(user=request.user), pk=pk)

    def url(self, row: Model) -> str:
        return reverse(self.address, args=[row.pk])

    def crumbs(self, row: Model | None = None) -> Sequence[Any]:
        """Where their pages stand: behind the list, those about one record behind its page."""
        home = (self.plural, reverse(f"{self.address}_list"))
        return (*home, self.named(row), self.url(row)) if row is not None else home


def trail(steps: Sequence[Any]) -> list[tuple[Any, str]]:
    """Label, address, label, address, … as the breadcrumb wants them."""
    return list(zip(steps[::2], steps[1::2], strict=True))


def timeline_of(row: Model, labels: dict[str, Any], hidden: Sequence[str] = ()) -> list[Event]:
    """The record's changes in words, newest first, without `hidden` columns."""
    entries = []
    for entry in history_of(type(row), filed_under(row)):
        shown = [
            c for c in entry.changes if c.field not in ("version", "search", "id", "history_id", *hidden)
        ]
        if entry.operation == "update" and not shown:
            continue
        changes = [
            f"{c.label.capitalize()}: {_said(row, c.field, c.before)} → {_said(row, c.field, c.after)}"
            for c in shown
        ]
        said = "; ".join(filter(None, (entry.reason, *(changes if entry.operation == "update" else ()))))
        entries.append(Event(labels.get(entry.operation, entry.operation), entry.actor, entry.at, said))
    return entries


def _said(row: Model, column: str, value: Any) -> str:
    """A value of the history in words; as it was kept where the record has no such field any more."""
    known = {field.column for field in row._meta.concrete_fields}
    return words(row, column, value) if column in known else str(value)


class Page(View):
    """A page of master data: for signed-in readers with the right, others are sent to sign in or told."""

    permission: ClassVar[str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_login(request)
        if not request.user.has_perm(self.permission):
            raise PermissionDenied(self.permission)
        return super().dispatch(request, *args, **kwargs)


class RecordPage(ABC, Page):
    """A record: facts in the header, sections of this and other rooms, its history last."""

    of: ClassVar[Records]
    record: ClassVar[str]  # the name under which other rooms add sections
    template: ClassVar[str] = "masterdata/record.html"
    hidden: ClassVar[Sequence[str]] = ()  # columns that the history does not show
    changed_with: ClassVar[str] = ""  # the right with which the page leads to the form that changes it

    def row(self, request: HttpRequest, pk: int) -> Any:
        """The record, in the reader's scope, or 404."""
        return self.of.find(request, pk)

    @abstractmethod
    def context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """facts, and where there are: lead, chip (label, tone), links, more; title and steps where they are others."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        context = self.context(request, row)
        links = [*context.get("links", ())]
        if self.changed_with:
            change = reverse(f"{self.of.address}_change", args=[row.pk])
            links.append(Link(_("Change"), change, self.changed_with, "pencil", True))
        context["links"] = [
            link for link in links if not link.permission or request.user.has_perm(link.permission)
        ]
        if "title" not in context:
            context["title"] = self.of.named(row)
        if "steps" not in context:
            context["steps"] = (*self.of.crumbs(), context["title"], "")
        words = {"insert": _("Created"), "update": _("Changed"), "delete": _("Removed")}
        context |= {
            "row": row,
            "steps": trail(context["steps"]),
            "sections": sections_of(self.record, request, row),
            "timeline": timeline_of(row, words, self.hidden_from(request)),
        }
        return render(request, self.template, context)

    def hidden_from(self, request: HttpRequest) -> Sequence[str]:
        """Columns that this reader's history leaves out."""
        return self.hidden


class FormPage(ABC, Page):
    """A form that asks for one verb. A refusal is shown by its field, a stale form answers 409 with both values."""

    form_class: ClassVar[type[Form]]
    title: ClassVar[Any]
    verb: ClassVar[Any]  # on the button
    template: ClassVar[str] = "masterdata/form.html"

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        """Find what the form is about, in the reader's scope, or 404."""

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def form_options(self, request: HttpRequest) -> dict[str, Any]:
        """What the form's constructor wants beside data and initial values."""
        return {"user": request.user}

    @abstractmethod
    def perform(self, by: By, form: Any) -> str:
        """Ask for the verb; the address to go to."""

    def crumbs(self) -> Sequence[Any]:
        return ()

    def done(self, form: Any) -> Any:
        """What is said afterwards."""
        return _("Saved.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and request.user.has_perm(self.permission):
            self.prepare(request, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form_class(initial=self.initial(request), **self.form_options(request))
        return self._show(request, form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST, initial=self.initial(request), **self.form_options(request))
        if form.is_valid():
            try:
                address = self.perform(By(Actor.of(request.user, logs.request_id.get())), form)
            except (NotPermitted, StaleVersion):
                raise
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, self.done(form))
                return redirect(address)
        return self._show(request, form, status=422)

    def _show(self, request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
        context = {"form": form, "title": self.title, "verb": self.verb, "steps": trail(self.crumbs())}
        return render(request, self.template, context, status=status)


class CreatePage(FormPage):
    """A form for a new record."""

    of: ClassVar[Records]

    def crumbs(self) -> Sequence[Any]:
        return (*self.of.crumbs(), _("New"), "")


class OfRecord(FormPage):
    """A form about one record, which it goes back to."""

    of: ClassVar[Records]
    fields: ClassVar[Sequence[str]] = ()  # of the record, that the form opens with beside its version
    row: Any

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.row = self.of.find(request, kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        return (*self.of.crumbs(self.row), self.title, "")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return values_of(self.row, (*self.fields, "version")) if self.fields else {}

    def there(self) -> str:
        return self.of.url(self.row)


def values_of(row: Model, names: Sequence[str]) -> dict[str, Any]:
    """The record's own values as a form opens with them: a reference is the id of what it leads to."""
    return {name: getattr(row, row._meta.get_field(name).attname) for name in names}
