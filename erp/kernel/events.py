"""Facts from below: inline subscribers share the publisher's transaction, the others hear after the commit."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from .literals import plain

if TYPE_CHECKING:
    from .batch import Batch


class Event(Protocol):
    """Announced after the commit. Ids only: a handler reads the present rows. A frozen dataclass."""

    topic: ClassVar[str]

    @property
    def document(self) -> str:
        """The document whose order of events is kept, "shipment:81"."""


class Fact(Protocol):
    """Announced inside the transaction, with the arrays the subscriber needs, so that it reads nothing again."""


E = TypeVar("E", bound=Any)
InlineHandler = Callable[["Batch", Any], None]
Handler = Callable[["Batch", Sequence[Any]], None]
Writes = Callable[["Batch"], None]
ApartHandler = Callable[[Any], Writes | None]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One handler of one event: its name in the outbox, its queue, how many events it takes at once, and whether its
    work is done apart from any transaction."""

    name: str
    event: type
    handler: Callable[..., Any]
    queue: str
    size: int
    apart: bool = False


_inline: defaultdict[type, list[InlineHandler]] = defaultdict(list)
_subscribers: dict[str, Subscriber] = {}
_by_topic: defaultdict[str, list[Subscriber]] = defaultdict(list)


def inline(fact: type) -> Callable[[InlineHandler], InlineHandler]:
    """Register a handler that runs in the announcer's transaction. It may refuse only through a guard point."""

    def register(handler: InlineHandler) -> InlineHandler:
        _inline[fact].append(handler)
        return handler

    return register


def on(event: type[Any], *, queue: str = "default", size: int = 1) -> Callable[[Handler], Handler]:
    """Register a handler of an event, called with a batch and up to `size` events, claimed and ticked with it.

    Delivery is at least once and in order per document only, so a handler is idempotent.
    """

    def register(handler: Handler) -> Handler:
        _register(handler, event, queue, size, apart=False)
        return handler

    return register


def apart(event: type[Any], *, queue: str = "default") -> Callable[[ApartHandler], ApartHandler]:
    """Register a handler of one event that works outside of any transaction: mail, PDF, HTTP.

    It may return what to write of it, which is called with the batch of the transaction that ticks the event. Who dies
    in between has the event handled again, so that the effect happens at least once (`outbox.LEASE_S`).
    """

    def register(handler: ApartHandler) -> ApartHandler:
        _register(handler, event, queue, 1, apart=True)
        return handler

    return register


def _register(handler: Callable[..., Any], event: type[Any], queue: str, size: int, *, apart: bool) -> None:
    name = f"{handler.__module__.removesuffix('.handlers')}.{handler.__name__}"
    subscriber = Subscriber(name, event, handler, queue, size, apart)
    _subscribers[name] = subscriber
    _by_topic[event.topic].append(subscriber)


def announce(batch: "Batch", fact: Fact) -> None:
    for handler in _inline[type(fact)]:
        handler(batch, fact)


def subscribers() -> dict[str, Subscriber]:
    return dict(_subscribers)


def outbox_rows(events: Iterable[Event]) -> list[tuple[str, str, str, dict[str, Any]]]:
    """One row per event and subscriber: topic, subscriber, document, payload."""
    return [
        (event.topic, subscriber.name, event.document, plain(event))
        for event in events
        for subscriber in _by_topic[event.topic]
    ]


# Guard points --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one document, or a part of it, may not pass a guard point: the code, one sentence, who may clear it."""

    document_id: int
    code: str
    sentence: str
    role: str = ""
    part_id: int = 0  # of what is asked about (a demand of its group); 0: the whole


Check = Callable[["Batch", Sequence[int]], list[Refusal]]

SUSPECT = "suspect"  # first column of the row that `GuardPoint.ask_beside` adds to a read


class GuardPoint:
    """A place in a lower verb where higher rooms may refuse, set-based, before anything is written.

    Refusals are rare. So a check that takes no lock may bring `suspects`: a SELECT that finds a row, any row, where it
    might refuse one of the documents. That travels with a read which the verb makes anyway (`ask_beside`).
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._checks: list[Check] = []
        self._suspects: list[str] = []
        self._texts: dict[str, str] = {}  # by the read that they travel with

    def check(self, function: Check) -> Check:
        self._checks.append(function)
        self._texts.clear()
        return function

    def check_if(self, suspects: str) -> Callable[[Check], Check]:
        """Register a check that refuses nothing where `suspects` finds nothing; its parameters are all document ids."""

        def register(function: Check) -> Check:
            self._suspects.append(suspects)
            return self.check(function)

        return register

    def ask_beside(
        self, batch: "Batch", document_ids: Sequence[int], sql: str, columns: int, *params: Any
    ) -> tuple[list[tuple[Any, ...]], list[Refusal]]:
        """The rows of a read of so many columns, and every refusal: the checks are asked only if there is a suspect, or
        one of them always wants to be."""
        text = self._texts.get(sql)
        if text is None:
            text = self._texts[sql] = self._with_suspects(sql, columns)
        rows = batch.read(text, *params, *[document_ids] * (text.count("%s") - len(params)))
        if not any(row[0] == SUSPECT for row in rows):
            return rows, []
        return [row for row in rows if row[0] != SUSPECT], self.ask(batch, document_ids)

    def _with_suspects(self, sql: str, columns: int) -> str:
        """The read with a row more, SUSPECT and NULLs, if a check wants to be asked."""
        if len(self._suspects) < len(self._checks):
            found = "true"
        else:
            found = " OR ".join(f"EXISTS ({each})" for each in self._suspects) or "false"
        return f"{sql}\nUNION ALL SELECT '{SUSPECT}'{', NULL' * (columns - 1)} WHERE {found}"

    def ask(self, batch: "Batch", document_ids: Sequence[int]) -> list[Refusal]:
        """Every registered check's refusals for these documents."""
        return [refusal for check in self._checks for refusal in check(batch, document_ids)]
