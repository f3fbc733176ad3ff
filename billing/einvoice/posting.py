"""A posted document as `rules.semantic_invoice` wants it: its own immutable rows, and master data of its parties."""

from collections.abc import Iterable

from billing.einvoice.rules import FREIGHT_SERVICE, Posted, PostedLine, vat_identifier
from billing.einvoice.semantic import Account, Address, Contact, Delivery, Endpoint, Party, Reference
from billing.invoicing.models import Invoice, InvoiceLine
from masterdata.bankcodes import looks_like_iban
from masterdata.models import Company, Customer, EInvoiceProfile, SellerDetails, ShipTo
from masterdata.parties.queries import einvoice_profile_of
from masterdata.places.queries import day_of, seller_details_of
from orders.entry.models import OrderLine

CREDIT_TRANSFER, SEPA_TRANSFER = "30", "58"  # UNTDID 4461
CHARGES = {
    OrderLine.PriceSource.FREIGHT: ("Freight", FREIGHT_SERVICE),
    OrderLine.PriceSource.FEE: ("Fee", ""),
}


def posted_invoice(invoice: Invoice) -> Posted:
    """The document with its parties, in a fixed number of statements."""
    is_credit = invoice.kind == Invoice.Kind.CREDIT_MEMO
    details, profile = seller_details_of(invoice.company), einvoice_profile_of(invoice.bill_to)
    addresses = ShipTo.objects.filter(customer__in=(invoice.bill_to_id, invoice.customer_id))
    usual = {place.customer_id: place for place in addresses.order_by("is_default", "-pk")}
    lines = invoice.lines.select_related("item", "tax_code", "order_line").order_by("line")
    return Posted(
        number=invoice.number,
        is_credit=is_credit,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        currency=invoice.currency,
        net=invoice.net,
        tax=invoice.tax,
        gross=invoice.gross,
        taxes=dict(invoice.taxes.values_list("rate_percent", "tax")),
        lines=list(_lines(lines)),
        seller=_seller(invoice.company, details),
        buyer=_buyer(invoice.bill_to, profile, usual.get(invoice.bill_to_id)),
        delivery=_delivery(invoice, invoice.order.ship_to or usual.get(invoice.customer_id)),
        account=None if is_credit else _account(invoice, details),
        terms=f"Credit for {invoice.credits.number}" if invoice.credits else invoice.bill_to.terms.name,
        reason=invoice.reason,
        buyer_reference=profile.buyer_reference,
        purchase_order=invoice.customer_po,
        sales_order=invoice.order.number,
        despatch_advice=invoice.shipment.number,
        credits=Reference(invoice.credits.number, invoice.credits.issued_on) if invoice.credits else None,
    )


def _lines(lines: Iterable[InvoiceLine]) -> Iterable[PostedLine]:
    for line in lines:
        charged_as, code = CHARGES.get(OrderLine.PriceSource(line.order_line.price_source), ("", ""))
        yield PostedLine(
            line=line.line,
            item=line.item.code,
            description=line.description,
            quantity=line.quantity,
            unit=line.unit_id,
            price=line.unit_price,
            net=line.net,
            fee=line.fee,
            category=line.tax_code.category if line.tax_code else "",
            rate_percent=line.tax_rate_percent,
            exemption=line.tax_code.exemption_reason if line.tax_code else "",
            charged_as=charged_as,
            charge_code=code,
        )


def _endpoint(known: EInvoiceProfile | SellerDetails) -> Endpoint | None:
    return Endpoint(known.endpoint_scheme, known.endpoint_id) if known.endpoint_id else None


def _seller(company: Company, details: SellerDetails) -> Party:
    vat = vat_identifier(company.tax_number)
    contact = Contact(details.contact_name, details.contact_phone, details.contact_email)
    printed = ", ".join(line.strip() for line in company.address.splitlines() if line.strip())
    return Party(
        name=details.legal_name or company.name,
        address=Address(
            country=company.country,
            street=details.street or ("" if details.city else printed),
            city=details.city,
            postal_code=details.postal_code,
        ),
        identifier=company.code,
        registration=details.registration_number,
        vat=vat,
        tax_registration="" if vat else company.tax_number,
        endpoint=_endpoint(details),
        contact=contact if contact != Contact() else None,
    )


def _buyer(customer: Customer, profile: EInvoiceProfile, address: ShipTo | None) -> Party:
    party = customer.party
    vat = vat_identifier(party.tax_number)
    return Party(
        name=party.name,
        address=_address(address) if address else Address(party.country),
        identifier=party.code,
        registration="" if vat else party.tax_number,
        vat=vat,
        endpoint=_endpoint(profile),
    )


def _address(place: ShipTo) -> Address:
    return Address(place.country, place.street, place.city, place.postal_code)


def _delivery(invoice: Invoice, place: ShipTo | None) -> Delivery:
    return Delivery(
        on=day_of(invoice.company, invoice.earned_at),
        name=place.name if place else "",
        address=_address(place) if place else None,
    )


def _account(invoice: Invoice, details: SellerDetails) -> Account | None:
    if not details.account_number:
        return None
    by_sepa = looks_like_iban(details.account_number) and invoice.currency == "EUR"
    return Account(
        means=SEPA_TRANSFER if by_sepa else CREDIT_TRANSFER,
        number=details.account_number,
        name=details.account_name,
        bic=details.bic,
        reference=invoice.number,
    )
