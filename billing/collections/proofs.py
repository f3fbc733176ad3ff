"""Collections name payers that exist."""

from billing.collections.models import CollectionAccount, CollectionNote, PaymentPromise
from erp.kernel.proofs import prove_keys

prove_keys(
    "K19",
    "Accounts of collection, notes and promises name masters that exist",
    CollectionAccount,
    CollectionNote,
    PaymentPromise,
)
