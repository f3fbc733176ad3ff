"""Two people open the same form: the second to save is shown both values and overwrites nothing (reliability.md 6).

Forms are found by asking for every page. One that shows what a record holds, to be changed, carries its version.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from erp.kernel.access import roles
from erp.kernel.models import AuditEvent
from tests import factories
from tests.erp.routes import Route, routes, values
from tests.erp.side import Side
from tests.erp.two_companies import side

pytestmark = pytest.mark.django_db

TYPED = {"text", "email", "number", "date", "tel", "search", "url"}
# Forms with something in their fields that is no record's: what could be overwritten by them?
NOTHING_TO_OVERWRITE = {
    "/preferences/": "a person's own settings, kept for nobody else",
    "/users/<pk>/": "a grant is added; none is changed",
    "/masterdata/items/<pk>/": "a unit is added from an empty form; what is set stands above it",
    "/inventory/adjustments/new/": "a status proposed for something new; what holds is compared by the verb",
    "/inventory/balances/<pk>/": "a quantity proposed for a change of status; what is not there any more is refused",
    "/inventory/transfer-differences/<pk>/": "what was found is counted in; what is missing is locked",
    "/inventory/to-buy/<pk>/": "terms proposed for a purchase order to come; what is bought meanwhile is refused",
    "/inventory/purchase-orders/<pk>/difference/": "the line proposed for a difference to report",
    "/inventory/purchase-orders/<pk>/unload/": "the bin proposed for a receipt to come",
    "/inventory/purchase-orders/<pk>/receive/": "the bin proposed for a receipt to come",
    "/inventory/supplier-returns/new/<site>/<supplier>/": "goods proposed for a batch; what is not there is refused",
    "/inventory/supplier-returns/<pk>/": "the claim proposed as the answer; a second answer is refused",
    "/orders/returns/<number>/receive/": "the bin proposed for goods to come back",
    "/orders/blankets/<number>/call-off/": "a call-off takes of what is left, which is locked",
    "/orders/intake/parked/<pk>/": "a parked line is ordered once; its state refuses the second",
    "/billing/closes/<pk>/": "a task is added; what is proposed for it is nobody's yet",
    "/billing/payment-runs/new/": "days proposed for a run to come; what is in another run is refused",
    "/billing/exceptions/<pk>/": "work is taken over from an owner; the history tells from whom",
    "/orders/inbox/<pk>/": "work is taken over from an owner; the history tells from whom",
    "/orders/order-rules/<pk>/": "days proposed for a trial, which changes nothing",
    "/billing/bank-entries/<pk>/": "amounts proposed for open items, which are locked and checked; posted once",
    "/billing/collections/<pk>/": "an amount proposed for a new promise; the one before it ends and is kept",
    "/billing/disputes/<pk>/": "an amount proposed to write off; what is not disputed any more is refused",
    "/billing/invoices/<number>/dispute/": "an amount proposed for a new dispute; what is not open is refused",
    "/billing/cash/<pk>/": "amounts proposed for open items, which are locked and checked",
}
OWN = "/orders/drafts/"  # a draft is its clerk's: two tabs of one person are told by the desk's own tests
CHANGED = ("name", "value", "note", "address", "lead_time_days", "pick_sequence", "quantity_1")


@dataclass
class Shown:
    """A form of a page as a browser would send it."""

    action: str
    fields: dict[str, Any] = field(default_factory=dict)  # a list where a name repeats, once for each row
    typed: list[str] = field(default_factory=list)  # what a person fills in
    filled: list[str] = field(default_factory=list)  # of these, what held something when it was shown


class Forms(HTMLParser):
    """The forms of a page that post."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Shown] = []
        self._form: Shown | None = None
        self._select = self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Shown(given.get("action", "")) if given.get("method", "").lower() == "post" else None
            if self._form:
                self.found.append(self._form)
        elif self._form is None or ("disabled" in given and tag != "option"):
            return
        elif tag == "input" and given.get("name"):
            self._input(given)
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and "selected" in given:
            self._keep(self._select, given.get("value", ""), typed=True)
        elif tag == "textarea":
            self._area = given.get("name", "")
            self._keep(self._area, "", typed=True)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._form and self._area and data.strip():
            self._keep(self._area, data.strip(), typed=True)

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                self._keep(given["name"], given.get("value", "on"), typed=False)
        elif kind == "hidden" or kind in TYPED:
            self._keep(given["name"], given.get("value", ""), typed=kind != "hidden")

    def _keep(self, name: str, value: str, *, typed: bool) -> None:
        assert self._form is not None
        if name == "csrfmiddlewaretoken":  # another one each time
            return
        known = self._form.fields.get(name)
        self._form.fields[name] = (
            value if known is None else [*(known if isinstance(known, list) else [known]), value]
        )
        if typed:
            self._form.typed.append(name)
            if value:
                self._form.filled.append(name)


@pytest.fixture
def ours() -> Side:
    return side("OURSIDE")


@pytest.fixture
def people(ours: Side) -> list[Client]:
    clients = [Client(), Client()]
    for number, client in enumerate(clients):
        client.force_login(factories.user(*roles(), username=f"person-{number}"))
    return clients


def forms_of(client: Client, path: str) -> list[Shown]:
    answer = client.get(path)
    if answer.status_code != 200 or not answer.get("Content-Type", "").startswith("text/html"):
        return []
    return Forms(answer.content.decode()).found


def pages(ours: Side) -> Iterator[tuple[Route, str]]:
    for route in routes():
        if not route.template.startswith(("/api/", "/logout/", "/static/")):
            yield route, route.path(values(route, ours)) + EXTRA.get(route.template, lambda _: "")(ours)


def test_what_shows_a_record_carries_its_version(people: list[Client], ours: Side) -> None:
    without = {
        route.template: shown.filled
        for route, path in pages(ours)
        for shown in forms_of(people[0], path)
        if shown.filled and "version" not in shown.fields and route.template not in NOTHING_TO_OVERWRITE
    }
    assert not without, (
        "a form that shows what a record holds derives from VersionedForm, and its verb refuses another version; "
        f"where nothing can be overwritten, say so in NOTHING_TO_OVERWRITE: {without}"
    )


def test_the_second_to_save_is_shown_both_values(people: list[Client], ours: Side) -> None:
    met = set()
    for _route, path in pages(ours):
        for place, shown in enumerate(forms_of(people[0], path)):
            if shown.fields.get("version") and not (shown.action in met or shown.action.startswith(OWN)):
                met.add(shown.action or path)
                _save_twice(people, path, place, shown)
    assert len(met) >= 8, met


def _save_twice(people: list[Client], path: str, place: int, shown: Shown) -> None:
    """The first to save wins; the second sees who and what, and the record stays as the first left it."""
    address = shown.action or path
    name = next((each for each in CHANGED if each in shown.typed), "")
    common = {**shown.fields, **{each: "Because" for each in shown.typed if each == "reason"}}
    if not name:  # a form that only takes an end: on another version nothing happens
        events = AuditEvent.objects.count()
        answer = people[1].post(address, {**common, "version": "999999"})
        assert (answer.status_code, answer.get("X-Stale")) == (409, "1"), (address, answer.status_code)
        assert AuditEvent.objects.count() == events, address
        return
    mine, theirs = _two_others(shown.fields[name] or ("0" if name == "value" else ""))
    first = people[0].post(address, {**common, name: theirs})
    assert first.status_code in (204, 302, 303), (address, first.status_code, _errors(first))
    events, left = AuditEvent.objects.count(), _now(people[0], path, place)
    assert left.fields["version"] != shown.fields["version"], address
    second = people[1].post(address, {**common, name: mine})
    assert (second.status_code, second.get("X-Stale")) == (409, "1"), (address, second.status_code)
    text = unescape(second.content.decode())
    assert f'<td class="diff">{mine}' in text and f"<td>{theirs}" in text, (address, text[-1500:])
    assert "person-0" in text or "someone" in text, (address, text[-1500:])
    assert _record(_now(people[0], path, place)) == _record(left), address
    assert AuditEvent.objects.count() == events, address
    # and whoever still wants theirs over it says so
    again = people[1].post(address, {**common, name: mine, "version": left.fields["version"]})
    assert again.status_code in (204, 302, 303), (address, again.status_code, _errors(again))


def _two_others(value: str) -> tuple[str, str]:
    number = value.replace(",", "")
    if number.replace(".", "").isdecimal():
        return str(int(float(number)) + 2), str(int(float(number)) + 1)
    return ("true", "false") if value in ("true", "false") else ("Mine", "Theirs")


def _now(person: Client, path: str, place: int) -> Shown:
    return forms_of(person, path)[place]


def _record(shown: Shown) -> dict[str, Any]:
    """What a form shows of its record: all but the key of one sending."""
    return {name: value for name, value in shown.fields.items() if name != "key"}


def _errors(answer: Any) -> str:
    return answer.content.decode()[-3000:] if answer.status_code == 422 else ""


# What an address needs to show a record.
EXTRA: dict[str, Any] = {
    "/masterdata/freight/<pk>/rate/": lambda side: f"?rate={side.rows['freight_rate'].pk}",
    "/billing/account-rules/new/": lambda side: f"?rule={side.company.account_rules.first().pk}",
}
