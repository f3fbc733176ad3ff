"""Forms of the order rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, Form, VersionedForm
from masterdata.parties.models import Customer
from masterdata.places.queries import company_list
from orders.holds.rules import BY_RULE, HOLDS
from orders.rulebook.models import OrderRule
from orders.rulebook.queries import as_asked
from orders.rulebook.rules import FIELDS, OPERATOR_WORDS
from orders.rulebook.words import HOW_WORDS, names_of, value_words

ROWS = 6  # conditions that the form has room for
OUTCOME = ("how", "site", "ship_rule", "priority", "hold", "reason", "item", "amount", "percent")


def _choices(words: Any) -> list[tuple[str, Any]]:
    return [("", "–"), *words]


class BeginForm(Form):
    """A new version: for which company, and why."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=None)
    reason = forms.CharField(label=_("What changes, and why?"), max_length=200)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].queryset = company_list(user=user)


class RuleForm(VersionedForm):
    """One rule: its place and name, up to six conditions, and what it decides."""

    sequence = forms.IntegerField(label=_("Place"), help_text=_("Asked from the lowest on"))
    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("It decides"), choices=OrderRule.Kind.choices)
    how = forms.ChoiceField(label=_("Ships from"), choices=_choices(HOW_WORDS.items()), required=False)
    site = forms.CharField(
        label=_("Site's code"), max_length=12, required=False, help_text=_("For one site only")
    )
    ship_rule = forms.ChoiceField(
        label=_("Ships"), choices=_choices(Customer.ShipRule.choices), required=False
    )
    priority = forms.CharField(
        label=_("Priority"), max_length=3, required=False, help_text=_("1 is served first, 99 last")
    )
    hold = forms.ChoiceField(
        label=_("Kind of hold"), choices=_choices((kind, HOLDS[kind][0]) for kind in BY_RULE), required=False
    )
    reason = forms.CharField(label=_("Why it is held"), max_length=160, required=False)
    item = forms.CharField(
        label=_("Fee: service"), max_length=40, required=False, help_text=_("The code of a service item")
    )
    amount = forms.CharField(
        label=_("Fee: amount"), max_length=20, required=False, help_text=_("In the order's currency")
    )
    percent = forms.CharField(
        label=_("or percent"), max_length=10, required=False, help_text=_("Of the goods' net")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, ROWS + 1):
            self.fields[f"field_{n}"] = forms.ChoiceField(
                label=_("Fact %(n)s") % {"n": n},
                choices=_choices((name, field.label) for name, field in FIELDS.items()),
                required=False,
            )
            self.fields[f"operator_{n}"] = forms.ChoiceField(
                label=_("Comparison %(n)s") % {"n": n},
                choices=_choices(OPERATOR_WORDS.items()),
                required=False,
            )
            self.fields[f"condition_{n}"] = forms.CharField(
                label=_("Values %(n)s") % {"n": n}, max_length=2000, required=False
            )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The conditions' fields, for the table."""
        return [
            (self[f"field_{n}"], self[f"operator_{n}"], self[f"condition_{n}"]) for n in range(1, ROWS + 1)
        ]

    def decision(self) -> list[Any]:
        """The fields of what the rule decides."""
        return [self["kind"], *(self[name] for name in OUTCOME)]

    def answers(self) -> dict[str, Any]:
        """The arguments of write_rule; rows that are empty are left out."""
        given = self.cleaned_data
        rows = [
            {
                "field": given[f"field_{n}"],
                "operator": given[f"operator_{n}"],
                "values": given[f"condition_{n}"],
            }
            for n in range(1, ROWS + 1)
        ]
        return {
            "sequence": given["sequence"],
            "name": given["name"],
            "conditions": [row for row in rows if any(row.values())],
            "kind": given["kind"],
            "outcome": {name: given[name] for name in OUTCOME},
        }


def values_of(row: OrderRule) -> dict[str, Any]:
    """A stored rule as its form opens with it: codes instead of ids."""
    (rule,) = as_asked([row])
    names = names_of([rule])
    values: dict[str, Any] = {"sequence": row.sequence, "name": row.name, "kind": row.kind, **row.outcome}
    for name in ("site", "item"):
        if name in row.outcome:
            values[name] = names.get((name, row.outcome[name]), "")
    for n, each in enumerate(rule.conditions, 1):
        values[f"field_{n}"], values[f"operator_{n}"] = each.field, each.operator
        values[f"condition_{n}"] = ", ".join(value_words(each.field, value, names) for value in each.values)
    return values


class ApproveForm(Form):
    """From when the rules hold; empty: from today."""

    valid_from = DayField(label=_("From"), required=False)


class ReasonForm(Form):
    """Why a proposal goes back, or a version is dropped."""

    reason = forms.CharField(label=_("Why?"), max_length=200)


class TrialForm(Form):
    """The days whose orders are asked about."""

    from_on = DayField(label=_("From"))
    to_on = DayField(label=_("Until"))
