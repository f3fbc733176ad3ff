"""UBL 2.1 Invoice and CreditNote from the semantic model (CEN/TS 16931-3-2)."""

from lxml import etree

from billing.einvoice.rules import CREDIT_NOTE
from billing.einvoice.semantic import (
    SPECIFICATION,
    Account,
    Address,
    Adjustment,
    Contact,
    Delivery,
    Line,
    Party,
    SemanticInvoice,
    Taxed,
)
from billing.einvoice.xmltree import Writer, money, plain

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{UBL}CommonAggregateComponents-2", f"{UBL}CommonBasicComponents-2"
ROOTS = {"Invoice": f"{UBL}Invoice-2", "CreditNote": f"{UBL}CreditNote-2"}


def write_ubl(invoice: SemanticInvoice) -> bytes:
    """The document as UBL: a CreditNote for type 381, else an Invoice."""
    return _Ubl(invoice).content()


class _Ubl(Writer):
    def __init__(self, invoice: SemanticInvoice) -> None:
        self.currency = invoice.currency
        self.is_credit = invoice.type_code == CREDIT_NOTE
        kind = "CreditNote" if self.is_credit else "Invoice"
        super().__init__(f"ubl:{kind}", {"ubl": ROOTS[kind], "cac": CAC, "cbc": CBC}, default="ubl")
        self.header(invoice)
        self.party(self.at(self.root, "cac:AccountingSupplierParty/cac:Party"), invoice.seller)
        self.party(self.at(self.root, "cac:AccountingCustomerParty/cac:Party"), invoice.buyer)
        if invoice.delivery is not None:
            self.delivery(invoice.delivery)
        if invoice.account is not None:
            self.account(invoice.account)
        self.put(self.root, "cac:PaymentTerms/cbc:Note", invoice.terms)
        for one in invoice.adjustments:
            self.adjustment(self.root, one)
        self.taxes(invoice)
        self.totals(invoice)
        for line in invoice.lines:
            self.line(line)

    def header(self, invoice: SemanticInvoice) -> None:
        put, root = self.put, self.root
        put(root, "cbc:CustomizationID", SPECIFICATION)
        put(root, "cbc:ID", invoice.number)
        put(root, "cbc:IssueDate", invoice.issued_on.isoformat())
        if invoice.due_on is not None and not self.is_credit:
            put(root, "cbc:DueDate", invoice.due_on.isoformat())
        put(root, f"cbc:{'CreditNote' if self.is_credit else 'Invoice'}TypeCode", invoice.type_code)
        put(root, "cbc:Note", invoice.note)
        put(root, "cbc:DocumentCurrencyCode", invoice.currency)
        put(root, "cbc:BuyerReference", invoice.buyer_reference)
        if invoice.purchase_order or invoice.sales_order:
            order = self.at(root, "cac:OrderReference")
            put(order, "cbc:ID", invoice.purchase_order or "NA")  # UBL has no sales order without it
            put(order, "cbc:SalesOrderID", invoice.sales_order)
        for reference in invoice.preceding:
            document = self.at(root, "cac:BillingReference/cac:InvoiceDocumentReference")
            put(document, "cbc:ID", reference.number)
            put(document, "cbc:IssueDate", reference.on.isoformat() if reference.on else "")
        put(root, "cac:DespatchDocumentReference/cbc:ID", invoice.despatch_advice)

    def party(self, party_element: etree._Element, party: Party) -> None:
        put = self.put
        if party.endpoint is not None:
            put(party_element, "cbc:EndpointID", party.endpoint.identifier, schemeID=party.endpoint.scheme)
        put(party_element, "cac:PartyIdentification/cbc:ID", party.identifier)
        self.address(self.at(party_element, "cac:PostalAddress"), party.address)
        for number, scheme in ((party.vat, "VAT"), (party.tax_registration, "TAX")):
            if number:
                taxed = self.at(party_element, "cac:PartyTaxScheme")
                put(taxed, "cbc:CompanyID", number)
                put(taxed, "cac:TaxScheme/cbc:ID", scheme)
        legal = self.at(party_element, "cac:PartyLegalEntity")
        put(legal, "cbc:RegistrationName", party.name)
        put(legal, "cbc:CompanyID", party.registration)
        if party.contact is not None:
            self.contact(self.at(party_element, "cac:Contact"), party.contact)

    def contact(self, element: etree._Element, contact: Contact) -> None:
        self.put(element, "cbc:Name", contact.name)
        self.put(element, "cbc:Telephone", contact.phone)
        self.put(element, "cbc:ElectronicMail", contact.email)

    def address(self, element: etree._Element, address: Address) -> None:
        self.put(element, "cbc:StreetName", address.street)
        self.put(element, "cbc:CityName", address.city)
        self.put(element, "cbc:PostalZone", address.postal_code)
        self.put(element, "cac:Country/cbc:IdentificationCode", address.country)

    def delivery(self, delivery: Delivery) -> None:
        element = self.at(self.root, "cac:Delivery")
        self.put(element, "cbc:ActualDeliveryDate", delivery.on.isoformat() if delivery.on else "")
        if delivery.address is not None:
            self.address(self.at(element, "cac:DeliveryLocation/cac:Address"), delivery.address)
        self.put(element, "cac:DeliveryParty/cac:PartyName/cbc:Name", delivery.name)

    def account(self, account: Account) -> None:
        means = self.at(self.root, "cac:PaymentMeans")
        self.put(means, "cbc:PaymentMeansCode", account.means)
        self.put(means, "cbc:PaymentID", account.reference)
        if account.number:
            payee = self.at(means, "cac:PayeeFinancialAccount")
            self.put(payee, "cbc:ID", account.number)
            self.put(payee, "cbc:Name", account.name)
            self.put(payee, "cac:FinancialInstitutionBranch/cbc:ID", account.bic)

    def taxed(self, element: etree._Element, tax: Taxed, reason_code: str = "", reason: str = "") -> None:
        self.put(element, "cbc:ID", tax.category)
        self.put(element, "cbc:Percent", plain(tax.rate_percent) if tax.rate_percent is not None else "")
        self.put(element, "cbc:TaxExemptionReasonCode", reason_code)
        self.put(element, "cbc:TaxExemptionReason", reason)
        self.put(element, "cac:TaxScheme/cbc:ID", "VAT")

    def adjustment(self, parent: etree._Element, one: Adjustment) -> None:
        element = self.at(parent, "cac:AllowanceCharge")
        self.put(element, "cbc:ChargeIndicator", "true" if one.is_charge else "false")
        self.put(element, "cbc:AllowanceChargeReasonCode", one.code)
        self.put(element, "cbc:AllowanceChargeReason", one.reason)
        self.put(element, "cbc:Amount", money(one.amount), currencyID=self.currency)
        if one.tax is not None:
            self.taxed(self.at(element, "cac:TaxCategory"), one.tax)

    def taxes(self, invoice: SemanticInvoice) -> None:
        total = self.at(self.root, "cac:TaxTotal")
        self.put(total, "cbc:TaxAmount", money(invoice.totals.tax), currencyID=self.currency)
        for group in invoice.taxes:
            part = self.at(total, "cac:TaxSubtotal")
            self.put(part, "cbc:TaxableAmount", money(group.base), currencyID=self.currency)
            self.put(part, "cbc:TaxAmount", money(group.amount), currencyID=self.currency)
            self.taxed(self.at(part, "cac:TaxCategory"), group.tax, group.reason_code, group.reason)

    def totals(self, invoice: SemanticInvoice) -> None:
        totals, element = invoice.totals, self.at(self.root, "cac:LegalMonetaryTotal")
        for name, amount in (
            ("LineExtensionAmount", totals.lines),
            ("TaxExclusiveAmount", totals.net),
            ("TaxInclusiveAmount", totals.gross),
            ("AllowanceTotalAmount", totals.allowances or None),
            ("ChargeTotalAmount", totals.charges or None),
            ("PrepaidAmount", totals.paid or None),
            ("PayableRoundingAmount", totals.rounding or None),
            ("PayableAmount", totals.due),
        ):
            if amount is not None:
                self.put(element, f"cbc:{name}", money(amount), currencyID=self.currency)

    def line(self, line: Line) -> None:
        kind = "Credit" if self.is_credit else "Invoice"
        element = self.at(self.root, f"cac:{kind}{'Note' if self.is_credit else ''}Line")
        self.put(element, "cbc:ID", line.id)
        quantity = f"cbc:{'Credited' if self.is_credit else 'Invoiced'}Quantity"
        self.put(element, quantity, plain(line.quantity), unitCode=line.unit)
        self.put(element, "cbc:LineExtensionAmount", money(line.net), currencyID=self.currency)
        for one in line.adjustments:
            self.adjustment(element, one)
        item = self.at(element, "cac:Item")
        self.put(item, "cbc:Name", line.name)
        self.put(item, "cac:SellersItemIdentification/cbc:ID", line.item)
        self.taxed(self.at(item, "cac:ClassifiedTaxCategory"), line.tax)
        self.put(element, "cac:Price/cbc:PriceAmount", plain(line.price), currencyID=self.currency)
