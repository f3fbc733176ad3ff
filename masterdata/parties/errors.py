"""Why a customer or supplier is refused."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class AlreadyCustomer(DomainError):
    code = "masterdata.already_customer"
    message = _("{party} is already a customer of {company}. Change that one instead.")


class AlreadySupplier(DomainError):
    code = "masterdata.already_supplier"
    message = _("{party} is already a supplier of {company}. Change that one instead.")


class ShipToTaken(DomainError):
    code = "masterdata.ship_to_taken"
    message = _("{customer} has an address {value} already. Choose another code.")


class BillToLoop(DomainError):
    code = "masterdata.bill_to_loop"
    message = _("{payer} is billed to somebody else. Bill to the customer who pays in the end.")


class OtherCompany(DomainError):
    code = "masterdata.other_company"
    message = _("{what} belongs to another company.")
    status = 400


class GroupTaken(DomainError):
    code = "masterdata.customer_group_taken"
    message = _("{value} is already the code of the group {owner}. Choose another code.")


class TermsTaken(DomainError):
    code = "masterdata.payment_terms_taken"
    message = _("{value} is already the code of the terms {owner}. Choose another code.")
