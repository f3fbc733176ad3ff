"""Parties, customers and suppliers that a reader may see."""

from typing import Any

from django.db.models import Q, QuerySet

from .models import Customer, CustomerGroup, EInvoiceProfile, Party, PaymentTerms, ShipTo, Supplier


def customer_list(*, user: Any) -> QuerySet[Customer]:
    """Customers of the companies in scope, with party, group and terms."""
    rows = Customer.objects.visible_to(user).select_related("party", "group", "terms", "company")
    return rows if user.has_perm("masterdata.view_customer") else rows.none()


def einvoice_profile_of(customer: Customer) -> EInvoiceProfile:
    """How the customer wants its invoices; what nobody has said yet is not stored."""
    found = EInvoiceProfile.objects.filter(customer=customer).first()
    return found or EInvoiceProfile(customer=customer, version=0)


def ship_to_list(*, user: Any, customer: Customer) -> QuerySet[ShipTo]:
    """The customer's addresses, the usual one first."""
    return ShipTo.objects.visible_to(user).filter(customer=customer)


def supplier_list(*, user: Any) -> QuerySet[Supplier]:
    """Suppliers of the companies in scope, with party and terms."""
    rows = Supplier.objects.visible_to(user).select_related("party", "terms", "company")
    return rows if user.has_perm("masterdata.view_supplier") else rows.none()


def party_list(*, user: Any) -> QuerySet[Party]:
    """Parties that are customer or supplier of a company in scope."""
    return Party.objects.filter(
        Q(pk__in=customer_list(user=user).values("party"))
        | Q(pk__in=supplier_list(user=user).values("party"))
    )


def customer_group_list(*, user: Any) -> QuerySet[CustomerGroup]:
    """Every customer group, for those who may see customers."""
    rows = customer_groups().select_related("parent")
    return rows if user.has_perm("masterdata.view_customer") else rows.none()


def payment_terms_list(*, user: Any) -> QuerySet[PaymentTerms]:
    """Every payment terms, for those who may see them."""
    return payment_terms() if user.has_perm("masterdata.view_terms") else PaymentTerms.objects.none()


def customer_groups() -> QuerySet[CustomerGroup]:
    return CustomerGroup.objects.all()


def payment_terms() -> QuerySet[PaymentTerms]:
    return PaymentTerms.objects.all()


def groups_above(*group_ids: int | None) -> list[int]:
    """Ids of groups and of the two levels above each, nearest first: what is agreed and owed counts on all of them."""
    levels = ("pk", "parent_id", "parent__parent_id")
    rows = CustomerGroup.objects.filter(pk__in={pk for pk in group_ids if pk}).values_list(*levels)
    return [pk for row in rows for pk in row if pk]


def groups_beneath(group: CustomerGroup) -> QuerySet[CustomerGroup]:
    """The group and the two levels beneath it."""
    return CustomerGroup.objects.filter(Q(pk=group.pk) | Q(parent=group) | Q(parent__parent=group))
