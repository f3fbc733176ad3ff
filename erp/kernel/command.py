"""Verbs: one durable transaction each, asked once per idempotency key (reliability.md 2).

@command("inventory.confirm_shipments")
def confirm_shipments(batch: Batch, *, shipment_ids: Sequence[int]) -> Confirmed: ...

confirm_shipments(By(actor, key="scan-81"), shipment_ids=[81])      # opens the transaction
confirm_shipments.inside(batch, shipment_ids=[81])                  # joins the caller's
"""

import hashlib
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, get_type_hints

from django.db import IntegrityError, OperationalError, transaction

from .actor import Actor
from .audit import signature
from .batch import Batch
from .clock import now as database_now
from .errors import Busy, DomainError, KeyReused
from .literals import to_json
from .models import IdempotencyKey
from .outbox import poke

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

log = logging.getLogger(__name__)

SERIALIZATION, DEADLOCK, LOCK_TIMEOUT = "40001", "40P01", "55P03"

# A verb reads by keys, and its plans outlive the sizes they were made for: one made while a table was nearly
# empty would read all of it for each of 5,000 lines once it is full (performance.md 2.3).
BY_KEY = "SET LOCAL enable_seqscan = off"


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, under which key, effective when (None: now, by the database's clock), and why."""

    actor: Actor
    key: str = ""
    at: datetime | None = None
    reason: str = ""


class Command(Generic[P, R]):
    """A verb that can be asked for on its own or inside another verb's transaction."""

    def __init__(
        self,
        name: str,
        function: Callable[Concatenate[Batch, P], R],
        conflicts: dict[str, Callable[..., DomainError]],
    ) -> None:
        self.name = name
        self.inside = function
        self.conflicts = conflicts
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__module__ = function.__module__

    def __call__(self, by: By, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._insist(lambda: self._run(by, *args, **kwargs))

    def _insist(self, run: Callable[[], T]) -> T:
        """Three times where the database asks for that. Raises Busy for a lock that is not let go of."""
        for attempt in range(3):
            try:
                return run()
            except OperationalError as error:
                state = sqlstate(error)
                if state == LOCK_TIMEOUT:
                    raise Busy() from error
                if state not in (SERIALIZATION, DEADLOCK) or attempt == 2:
                    raise
                log.warning("%s met %s, trying again", self.name, state)
                time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))
        raise AssertionError("unreachable")

    def rehearse(self, by: By, look: Callable[[R], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `look` sees behind the verb, of which then nothing is kept but the numbers that it drew.

        It takes the verb's locks for as long, refuses what the verb refuses, and tells nobody.
        """

        def once() -> T:
            with transaction.atomic(durable=True):
                batch = self._begun(by)
                result = self.inside(batch, *args, **kwargs)
                batch.close()
                seen = look(result)
                transaction.set_rollback(True)
            return seen

        return self._insist(once)

    def _begun(self, by: By) -> Batch:
        batch = Batch(by.actor, by.at or database_now(), backdated=by.at is not None)
        batch.configure(f"{signature(by.actor, by.reason)};{BY_KEY}")
        return batch

    def _run(self, by: By, *args: P.args, **kwargs: P.kwargs) -> R:
        request_hash = _hash(args, kwargs) if by.key else ""
        try:
            with transaction.atomic(durable=True):
                batch = self._begun(by)
                result = self.inside(batch, *args, **kwargs)
                batch.close()
                if by.key:
                    _keep(batch, self.name, by.key, request_hash, result)
        except DomainError:
            kept = self._kept(by)
            if kept is None:
                raise
            return self._stored(kept, request_hash)
        except IntegrityError as error:
            kept, broken = self._kept(by), constraint(error)
            if kept is not None:
                return self._stored(kept, request_hash)
            if broken in self.conflicts:
                raise self.conflicts[broken](*args, **kwargs) from error
            raise
        poke(batch.told)
        return result

    def _kept(self, by: By) -> IdempotencyKey | None:
        """What an earlier asking under this key left; it is the reason why this one was refused."""
        keys = IdempotencyKey.objects.filter(actor=by.actor.name, command=self.name, key=by.key)
        return keys.first() if by.key else None

    def _stored(self, kept: IdempotencyKey, request_hash: str) -> R:
        """The answer that the first asking got."""
        if kept.request_hash != request_hash:
            raise KeyReused(key=kept.key)
        answer = get_type_hints(self.inside)["return"]
        return cast(R, kept.answer if kept.answer is None else answer(**kept.answer))


def asked_before(by: By, *verbs: Command[..., Any]) -> bool:
    """Whether the actor has asked for one of these verbs under this key already: a scan that is sent again was done.

    For pages that work out what to ask for from what stands now, which may have moved on since.
    """
    names = [verb.name for verb in verbs]
    kept = IdempotencyKey.objects.filter(actor=by.actor.name, command__in=names, key=by.key)
    return bool(by.key) and kept.exists()


def command(
    name: str, *, conflicts: dict[str, Callable[..., DomainError]] | None = None
) -> Callable[[Callable[Concatenate[Batch, P], R]], Command[P, R]]:
    """Make a function a verb. What it returns is a dataclass of ids, texts and numbers, or None.

    `conflicts` turns the violation of a named constraint, met only when two verbs race, into a typed refusal; it
    is called with the verb's own arguments.
    """

    def decorate(function: Callable[Concatenate[Batch, P], R]) -> Command[P, R]:
        return Command(name, function, conflicts or {})

    return decorate


def _keep(batch: Batch, name: str, key: str, request_hash: str, result: Any) -> None:
    """Key and answer in one row, the verb's last. Who asks a second time does the work and is refused here, or
    earlier by what the first asking changed; either way that answer is looked up."""
    batch.insert(
        IdempotencyKey,
        actor=batch.actor.name,
        command=name,
        key=key,
        request_hash=request_hash,
        answer=to_json(result),
    )


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five-character code behind a Django database error."""
    return getattr(error.__cause__, "pgcode", None) or ""


def constraint(error: BaseException) -> str:
    """Name of the constraint that was violated."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""


def _hash(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    told = {name: _digest(value) if isinstance(value, bytes) else value for name, value in kwargs.items()}
    return _digest(to_json([args, told]).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
