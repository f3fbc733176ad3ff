"""The approved order rules, kept by the process (erp.kernel.kept): no query where they are asked for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db import connection

from erp.kernel.kept import Kept

from .rules import FIELDS, Rule, stored_rule


@dataclass(frozen=True)
class Book:
    """One approved version with its rules."""

    version_id: int
    number: int
    valid_from: date
    rules: Sequence[Rule]

    @cached_property
    def reads_facts(self) -> bool:
        """Whether some rule asks for what an order does not say itself."""
        asked = {each.field for rule in self.rules for each in rule.conditions}
        return self.chooses_site or any(FIELDS[name].read for name in asked)

    @cached_property
    def chooses_site(self) -> bool:
        return any(rule.outcome.kind == "site" for rule in self.rules)

    @cached_property
    def reads_stock(self) -> bool:
        return any(rule.outcome.how == "all_free" for rule in self.rules)


Books = Mapping[int, Sequence[Book]]  # by company, the one that takes over last first

APPROVED = """
SELECT v.company_id, v.id, v.number, v.valid_from, r.id, r.sequence, r.name, r.conditions::text, r.kind, r.outcome::text
FROM orders_ruleversion v LEFT JOIN orders_orderrule r ON r.rule_version_id = v.id
WHERE v.state = 'approved' ORDER BY v.company_id, v.valid_from DESC, v.number DESC, r.sequence"""


def in_effect(company_id: int, on: date) -> Book | None:
    """The company's rules on a day; None where it has none."""
    books = current().get(company_id, ())
    book = next((book for book in books if book.valid_from <= on), None)
    return book if book and book.rules else None


def _read() -> Books:
    found: dict[int, dict[int, tuple[int, date, list[Rule]]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(APPROVED)
        for company_id, version_id, number, valid_from, *rule in cursor.fetchall():
            entry = found.setdefault(company_id, {}).setdefault(version_id, (number, valid_from, []))
            rule_id, sequence, name, asked, kind, decided = rule
            if rule_id is not None:
                asked, decided = json.loads(asked), json.loads(decided)
                entry[2].append(stored_rule(rule_id, sequence, name, asked, kind, decided))
    return {
        company_id: [Book(version_id, *entry) for version_id, entry in versions.items()]
        for company_id, versions in found.items()
    }


_kept: Kept[Books] = Kept("orders.rulebook", _read)
current, forget, changed, assume = _kept.current, _kept.forget, _kept.changed, _kept.assume
