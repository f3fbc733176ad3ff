"""Order rules that the process owner proposes: they decide nothing before somebody approves them."""

from collections.abc import Mapping, Sequence

from erp.kernel.models import User
from masterdata.models import Company, CustomerGroup
from orders.models import OrderRule, RuleVersion


def proposed(company: Company, users: Mapping[str, User]) -> RuleVersion:
    """The company's first version, ready to be tried and approved."""
    return RuleVersion(
        company=company,
        number=1,
        state=RuleVersion.State.PROPOSED,
        reason="Key accounts first, large orders looked at, exports as a whole",
        written_by=users["owner"],
        proposed_by=users["owner"],
    )


def rules(version: RuleVersion, groups: Sequence[CustomerGroup]) -> list[OrderRule]:
    """One of each kind that needs no service to be charged."""
    first = min(groups, key=lambda group: (group.priority, group.code))
    home = version.company.country
    given: tuple[tuple[str, str, dict[str, object], list[tuple[str, str, list[object]]]], ...] = (
        ("Key accounts first", "priority", {"priority": 2}, [("customer_class", "in", [first.pk])]),
        ("Look at large orders", "hold", {"hold": "rule", "reason": "Is it a project? Ask for a plan."},
         [("net", "at_least", ["50000"])]),
        ("Abroad from the nearest site", "site", {"how": "nearest"}, [("country", "not_in", [home])]),
        ("Overseas as a whole", "ship_rule", {"ship_rule": "complete"}, [("country", "in", ["US", "CA", "GB"])]),
    )  # fmt: skip
    return [
        OrderRule(
            rule_version=version,
            sequence=10 * place,
            name=name,
            kind=kind,
            outcome=outcome,
            conditions=[{"field": f, "operator": o, "values": values} for f, o, values in asked],
        )
        for place, (name, kind, outcome, asked) in enumerate(given, 1)
    ]
