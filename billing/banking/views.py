"""Pages of banking: accounts with their tie-out, statements, files, and one entry with what it pays."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.banking.actions.code_entries import code_entries
from billing.banking.actions.confirm_entry import confirm_entry, confirm_proposals
from billing.banking.actions.keep_bank_accounts import change_bank_account, create_bank_account
from billing.banking.actions.match_entries import match_entries
from billing.banking.actions.reverse_entries import reverse_entries
from billing.banking.actions.take_bank_file import take_bank_file
from billing.banking.forms import (
    BankAccountForm,
    ChangeBankAccountForm,
    CodeForm,
    EntryForm,
    ReverseEntryForm,
    UploadForm,
)
from billing.banking.lists import chips_of
from billing.banking.models import BankEntry, BankFile
from billing.banking.permissions import CHANGE_BANK_ACCOUNT, POST_ENTRY, TAKE_STATEMENT, VIEW_BANK
from billing.banking.proposing import from_proposed
from billing.banking.queries import (
    bank_account_list,
    bank_file_list,
    break_of,
    entry_list,
    postings_of,
    proposal_of,
    statement_list,
    tie_out,
)
from billing.banking.tasks import INLINE_BYTES, start_bank_file
from billing.receivables.forms import PayerForm
from billing.receivables.queries import candidates
from billing.receivables.rules import propose
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.forms import Form
from erp.kernel.web import done, needs
from masterdata.models import Customer
from masterdata.pages import CreatePage, Fact, OfRecord, RecordPage, Records

ACCOUNTS = Records(
    gettext_lazy("Bank accounts"), "billing:bank_account", bank_account_list, named=lambda row: row.name
)
SHOWN = 12  # statements on an account's page


class BankAccountRecord(RecordPage):
    of = ACCOUNTS
    permission = VIEW_BANK
    record = "billing.bank_account"
    changed_with = CHANGE_BANK_ACCOUNT
    template = "billing/banking/account.html"

    def context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        statements = list(statement_list(user=request.user).filter(account=row)[:SHOWN])
        account_url = reverse("billing:account", args=[row.account_id])
        return {
            "lead": row.number,
            "facts": [
                Fact(_("Company"), row.company.name),
                Fact(_("Kind"), row.get_kind_display()),
                Fact(_("Currency"), row.currency),
                Fact(_("Account of the ledger"), row.account, account_url),
            ],
            "tie": tie_out(row),
            "statements": [(one, break_of(one)) for one in statements],
        }


class BankAccountCreate(CreatePage):
    of = ACCOUNTS
    permission = CHANGE_BANK_ACCOUNT
    form_class = BankAccountForm
    title, verb = gettext_lazy("New bank account"), gettext_lazy("Create bank account")

    def perform(self, by: By, form: BankAccountForm) -> str:
        currency = form.cleaned_data["company"].currency
        made = create_bank_account(by, currency=currency, **form.changes())
        return reverse("billing:bank_account", args=[made.bank_account_id])


class BankAccountChange(OfRecord):
    of = ACCOUNTS
    permission = CHANGE_BANK_ACCOUNT
    form_class = ChangeBankAccountForm
    title, verb = gettext_lazy("Change bank account"), gettext_lazy("Save bank account")
    fields: Sequence[str] = ("name",)

    def perform(self, by: By, form: ChangeBankAccountForm) -> str:
        change_bank_account(by, bank_account_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()


@require_http_methods(["GET", "POST"])
@needs(TAKE_STATEMENT)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file that a bank sent; a large one in the background."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        if len(content) > INLINE_BYTES:
            return redirect("job", start_bank_file(file.name, content, request.user).public_id)
        try:
            taken = take_bank_file(By(Actor.of(request.user)), name=file.name, content=content)
        except DomainError as error:
            form.refuse(error, "file")
        else:
            text = ngettext("%(n)d entry taken", "%(n)d entries taken", taken.entries) % {"n": taken.entries}
            one = len(taken.statement_ids) == 1
            back = (
                reverse("billing:bank_statement", args=taken.statement_ids)
                if one
                else reverse("billing:bank_statement_list")
            )
            return done(request, text, back=back)
    status = 422 if form.errors else 200
    return render(request, "billing/banking/upload.html", {"form": form}, status=status)


@require_GET
@needs(VIEW_BANK)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file as the bank sent it, never shown as a page of ours."""
    found: BankFile = get_object_or_404(bank_file_list(user=request.user), pk=pk)
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="bank-{found.pk}.{found.format}"'
    return response


@require_GET
@needs(VIEW_BANK)
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement: what it opens with, its entries, and what it closes with."""
    found = get_object_or_404(statement_list(user=request.user), pk=pk)
    entries = list(found.entries.select_related("customer__party").order_by("place"))
    context = {
        "statement": found,
        "missing": break_of(found),
        "entries": [(entry, chips_of(entry)) for entry in entries],
        "looking": any(entry.state == BankEntry.State.NEW for entry in entries),
    }
    return render(request, "billing/banking/statement.html", context)


@require_GET
@needs(VIEW_BANK)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: what the bank said, what it is proposed for and why, what else it may be."""
    return _page(request, get_object_or_404(entry_list(user=request.user), pk=pk), {})


@require_POST
@needs(POST_ENTRY)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm an entry as it is proposed."""
    get_object_or_404(entry_list(user=request.user), pk=pk)
    confirm_proposals(By(Actor.of(request.user)), entry_ids=[pk])
    return done(request, _("Confirmed; the money is received"), back=reverse("billing:bank_entry", args=[pk]))


@require_POST
@needs(POST_ENTRY)
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose anew, by what is open and known now."""
    get_object_or_404(entry_list(user=request.user), pk=pk)
    match_entries(By(Actor.of(request.user)), entry_ids=[pk])
    return done(request, _("Looked at again"), back=reverse("billing:bank_entry", args=[pk]))


@require_POST
@needs(POST_ENTRY)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive an entry for a customer, over the invoices as typed; what is left waits on the account."""
    found = get_object_or_404(entry_list(user=request.user), pk=pk)
    payer = PayerForm(request.POST, user=request.user)
    if not payer.is_valid():
        return _page(request, found, {"payer": payer}, status=422)
    customer = payer.cleaned_data["customer"]
    form = EntryForm(request.POST, items=candidates(customer))
    if form.is_valid():
        by = By(Actor.of(request.user), key=form.cleaned_data["key"])
        try:
            confirm_entry(
                by,
                entry_id=pk,
                customer_id=customer.pk,
                applications=form.applications(),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, _("The money is received"), back=reverse("billing:bank_entry", args=[pk]))
    return _page(request, found, {"assign": form}, status=422, customer=customer)


@require_POST
@needs(POST_ENTRY)
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """Code an entry to an account of the ledger."""
    found = get_object_or_404(entry_list(user=request.user), pk=pk)
    form = CodeForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            code_entries(By(Actor.of(request.user)), entry_ids=[pk], **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, _("Coded"), back=reverse("billing:bank_entry", args=[pk]))
    return _page(request, found, {"code": form}, status=422)


@require_POST
@needs(POST_ENTRY)
def reverse_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what an entry was posted as."""
    found = get_object_or_404(entry_list(user=request.user), pk=pk)
    form = ReverseEntryForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            reverse_entries(By(Actor.of(request.user), reason=reason), entry_ids=[pk], reason=reason)
        except DomainError as error:
            form.refuse(error)
        else:
            return done(
                request,
                _("Taken back; the entry is to be posted again"),
                back=reverse("billing:bank_entry", args=[pk]),
            )
    return _page(request, found, {"reverse": form}, status=422)


def _page(
    request: HttpRequest,
    found: BankEntry,
    bound: dict[str, Form],
    status: int = 200,
    customer: Customer | None = None,
) -> HttpResponse:
    may_post, is_open = request.user.has_perm(POST_ENTRY), found.state in BankEntry.OPEN
    asked = PayerForm(request.GET if "customer" in request.GET else None, user=request.user)
    if customer is None:
        customer = asked.cleaned_data["customer"] if asked.is_bound and asked.is_valid() else found.customer
    forms: dict[str, Form] = {
        "reverse": ReverseEntryForm(),
        "code": CodeForm(user=request.user),
        "payer": asked,
    }
    if is_open and may_post and found.amount > 0 and customer is not None:
        forms["assign"] = _assignment(found, customer)
    context = {
        "entry": found,
        **chips_of(found),
        "proposal": proposal_of(found) if is_open else [],
        "postings": postings_of(found),
        "forms": {**forms, **bound},
        "bound": bound,
        "customer": customer,
        "may_post": may_post,
        "is_open": is_open,
        "is_posted": found.state in (BankEntry.State.POSTED, BankEntry.State.CODED),
    }
    return render(request, "billing/banking/entry.html", context, status=status)


def _assignment(found: BankEntry, customer: Customer) -> EntryForm:
    """The customer's open items, filled as the entry is proposed, or as the customer's money would be."""
    items = candidates(customer)
    proposed = (
        from_proposed(found.proposed)
        if customer.pk == found.customer_id
        else propose(
            amount=found.amount, reference=f"{found.reference} {found.text}", items=items
        ).applications
    )
    form = EntryForm(items=items, proposed=proposed)
    form.initial["customer"] = customer.party.code
    return form
