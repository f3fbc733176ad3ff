"""Tax codes fit their category; a rule holds from its day."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from masterdata.models import TaxCode, TaxRule
from masterdata.tax.actions.create_tax_code import create_tax_code
from masterdata.tax.actions.set_tax_rule import set_tax_rule
from masterdata.tax.errors import TaxCodeTaken
from tests import factories as make

pytestmark = pytest.mark.django_db


def create(by, company, **changes):
    asked = {"code": "v21", "name": "VAT 21 %", "category": "S", "rate_percent": Decimal(21), **changes}
    return create_tax_code(by, company_id=company.pk, **asked)


@pytest.mark.parametrize(
    "changes",
    [{"rate_percent": Decimal(0)}, {"category": "Z"}, {"category": "K", "rate_percent": Decimal(0)},
     {"rate_percent": Decimal(101)}, {"category": "X"}, {"name": " "}],
)  # fmt: skip
def test_a_code_that_does_not_fit_its_category_is_refused(changes):
    with pytest.raises(BadInput):
        create(By(make.actor("finance")), make.company(), **changes)
    assert not TaxCode.objects.exists()


def test_a_code_is_kept_once_per_company_by_its_finance():
    company = make.company()
    by = By(make.actor("finance", scope=f"company:{company.pk}"))
    create(by, company)
    with pytest.raises(TaxCodeTaken) as refused:
        create(by, company, code="V21")
    assert (refused.value.context["field"], refused.value.context["owner"]) == ("code", "VAT 21 %")
    with pytest.raises(NotPermitted):
        create(by, make.company())
    assert TaxCode.objects.get().code == "V21"


def test_a_rule_holds_from_its_day_and_the_same_day_again_replaces():
    company, by = make.company(), By(make.actor("finance"))
    old, new = make.tax_code(21, company=company), make.tax_code(22, company=company)
    asked = {"tax_treatment": "domestic", "tax_class": "standard"}
    set_tax_rule(by, tax_code_id=old.pk, valid_from=date(2026, 1, 1), **asked)
    set_tax_rule(by, tax_code_id=old.pk, valid_from=date(2027, 1, 1), **asked)
    set_tax_rule(by, tax_code_id=new.pk, valid_from=date(2027, 1, 1), **asked)
    rules = TaxRule.objects.order_by("valid_from").values_list("tax_code", "valid_from")
    assert list(rules) == [(old.pk, date(2026, 1, 1)), (new.pk, date(2027, 1, 1))]
    with pytest.raises(BadInput):
        set_tax_rule(
            by, tax_code_id=new.pk, valid_from=date(2027, 1, 1), tax_treatment="none", tax_class="standard"
        )
