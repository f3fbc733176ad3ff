"""A UBL 2.1 Invoice or CreditNote as the semantic model."""

from decimal import Decimal

from lxml import etree

from billing.einvoice.reading import ZERO, endpoint, needed, price_of_one
from billing.einvoice.semantic import (
    Account,
    Address,
    Adjustment,
    Contact,
    Delivery,
    Line,
    Party,
    Reference,
    SemanticInvoice,
    Taxed,
    TaxGroup,
    Totals,
)
from billing.einvoice.ubl import CAC, CBC
from erp.kernel.xmlfiles import Reader


def read_ubl(root: etree._Element) -> SemanticInvoice:
    """What the document says. Raises ValueError for a figure or date that is none."""
    doc = Reader(root, {"cac": CAC, "cbc": CBC})
    kind = "CreditNote" if root.tag.endswith("}CreditNote") else "Invoice"
    total, order = doc.first(root, "cac:LegalMonetaryTotal"), doc.first(root, "cac:OrderReference")
    sales_order = doc.text(order, "cbc:SalesOrderID")
    purchase_order = doc.text(order, "cbc:ID")
    due_on = doc.day(root, "cbc:DueDate") or doc.day(root, "cac:PaymentMeans/cbc:PaymentDueDate")
    currency = doc.text(root, "cbc:DocumentCurrencyCode")
    tax_total = next(
        (
            found
            for found in doc.all(root, "cac:TaxTotal")
            if doc.attribute(found, "cbc:TaxAmount", "currencyID") == currency
        ),
        None,
    )
    return SemanticInvoice(
        number=doc.text(root, "cbc:ID"),
        issued_on=needed(doc.day(root, "cbc:IssueDate"), "cbc:IssueDate"),
        type_code=doc.text(root, f"cbc:{kind}TypeCode"),
        currency=currency,
        seller=_party(doc, doc.first(root, "cac:AccountingSupplierParty/cac:Party")),
        buyer=_party(doc, doc.first(root, "cac:AccountingCustomerParty/cac:Party")),
        totals=Totals(
            lines=doc.number(total, "cbc:LineExtensionAmount"),
            allowances=doc.number(total, "cbc:AllowanceTotalAmount", ZERO),
            charges=doc.number(total, "cbc:ChargeTotalAmount", ZERO),
            net=doc.number(total, "cbc:TaxExclusiveAmount"),
            tax=doc.number(tax_total, "cbc:TaxAmount", ZERO),
            gross=doc.number(total, "cbc:TaxInclusiveAmount"),
            paid=doc.number(total, "cbc:PrepaidAmount", ZERO),
            due=doc.number(total, "cbc:PayableAmount"),
            rounding=doc.number(total, "cbc:PayableRoundingAmount", ZERO),
        ),
        due_on=due_on,
        buyer_reference=doc.text(root, "cbc:BuyerReference"),
        purchase_order="" if sales_order and purchase_order == "NA" else purchase_order,
        sales_order=sales_order,
        despatch_advice=doc.text(root, "cac:DespatchDocumentReference/cbc:ID"),
        terms=doc.text(root, "cac:PaymentTerms/cbc:Note"),
        note="\n".join(doc.text(note) for note in doc.all(root, "cbc:Note")),
        preceding=tuple(
            Reference(doc.text(found, "cbc:ID"), doc.day(found, "cbc:IssueDate"))
            for found in doc.all(root, "cac:BillingReference/cac:InvoiceDocumentReference")
        ),
        delivery=_delivery(doc, doc.first(root, "cac:Delivery")),
        account=_account(doc, doc.first(root, "cac:PaymentMeans")),
        adjustments=_adjustments(doc, root),
        taxes=tuple(_tax(doc, group) for group in doc.all(tax_total, "cac:TaxSubtotal")),
        lines=tuple(_line(doc, line) for line in doc.all(root, f"cac:{kind}Line")),
    )


def _party(doc: Reader, found: etree._Element | None) -> Party:
    numbers = {
        doc.text(scheme, "cac:TaxScheme/cbc:ID"): doc.text(scheme, "cbc:CompanyID")
        for scheme in doc.all(found, "cac:PartyTaxScheme")
    }
    contact = doc.first(found, "cac:Contact")
    return Party(
        name=doc.text(found, "cac:PartyLegalEntity/cbc:RegistrationName"),
        address=_address(doc, doc.first(found, "cac:PostalAddress")) or Address(""),
        identifier=doc.text(found, "cac:PartyIdentification/cbc:ID"),
        registration=doc.text(found, "cac:PartyLegalEntity/cbc:CompanyID"),
        vat=numbers.pop("VAT", ""),
        tax_registration=next(iter(numbers.values()), ""),
        endpoint=endpoint(doc, found, "cbc:EndpointID"),
        contact=None
        if contact is None
        else Contact(
            doc.text(contact, "cbc:Name"),
            doc.text(contact, "cbc:Telephone"),
            doc.text(contact, "cbc:ElectronicMail"),
        ),
    )


def _address(doc: Reader, found: etree._Element | None) -> Address | None:
    if found is None:
        return None
    return Address(
        country=doc.text(found, "cac:Country/cbc:IdentificationCode"),
        street=doc.text(found, "cbc:StreetName"),
        city=doc.text(found, "cbc:CityName"),
        postal_code=doc.text(found, "cbc:PostalZone"),
    )


def _delivery(doc: Reader, found: etree._Element | None) -> Delivery | None:
    if found is None:
        return None
    return Delivery(
        on=doc.day(found, "cbc:ActualDeliveryDate"),
        name=doc.text(found, "cac:DeliveryParty/cac:PartyName/cbc:Name"),
        address=_address(doc, doc.first(found, "cac:DeliveryLocation/cac:Address")),
    )


def _account(doc: Reader, found: etree._Element | None) -> Account | None:
    if found is None:
        return None
    payee = doc.first(found, "cac:PayeeFinancialAccount")
    return Account(
        means=doc.text(found, "cbc:PaymentMeansCode"),
        number=doc.text(payee, "cbc:ID"),
        name=doc.text(payee, "cbc:Name"),
        bic=doc.text(payee, "cac:FinancialInstitutionBranch/cbc:ID"),
        reference=doc.text(found, "cbc:PaymentID"),
    )


def _taxed(doc: Reader, found: etree._Element | None) -> Taxed | None:
    if found is None:
        return None
    rate = doc.number(found, "cbc:Percent") if doc.text(found, "cbc:Percent") else None
    return Taxed(doc.text(found, "cbc:ID"), rate)


def _adjustments(doc: Reader, parent: etree._Element) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            is_charge=doc.text(found, "cbc:ChargeIndicator") in ("true", "1"),
            amount=doc.number(found, "cbc:Amount"),
            reason=doc.text(found, "cbc:AllowanceChargeReason"),
            code=doc.text(found, "cbc:AllowanceChargeReasonCode"),
            tax=_taxed(doc, doc.first(found, "cac:TaxCategory")),
        )
        for found in doc.all(parent, "cac:AllowanceCharge")
    )


def _tax(doc: Reader, found: etree._Element) -> TaxGroup:
    category = doc.first(found, "cac:TaxCategory")
    return TaxGroup(
        tax=_taxed(doc, category) or Taxed("", None),
        base=doc.number(found, "cbc:TaxableAmount"),
        amount=doc.number(found, "cbc:TaxAmount"),
        reason=doc.text(category, "cbc:TaxExemptionReason"),
        reason_code=doc.text(category, "cbc:TaxExemptionReasonCode"),
    )


def _line(doc: Reader, found: etree._Element) -> Line:
    quantity = "cbc:CreditedQuantity" if found.tag.endswith("CreditNoteLine") else "cbc:InvoicedQuantity"
    per = doc.number(found, "cac:Price/cbc:BaseQuantity", Decimal(1))
    return Line(
        id=doc.text(found, "cbc:ID"),
        name=doc.text(found, "cac:Item/cbc:Name"),
        quantity=doc.number(found, quantity),
        unit=doc.attribute(found, quantity, "unitCode"),
        price=price_of_one(doc.number(found, "cac:Price/cbc:PriceAmount"), per),
        net=doc.number(found, "cbc:LineExtensionAmount"),
        tax=_taxed(doc, doc.first(found, "cac:Item/cac:ClassifiedTaxCategory")) or Taxed("", None),
        item=doc.text(found, "cac:Item/cac:SellersItemIdentification/cbc:ID"),
        adjustments=_adjustments(doc, found),
        order_line=doc.text(found, "cac:OrderLineReference/cbc:LineID"),
        buyer_item=doc.text(found, "cac:Item/cac:BuyersItemIdentification/cbc:ID"),
    )
