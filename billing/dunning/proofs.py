"""Letters add up and never remind of the same level twice, nor of what was disputed."""

from billing.dunning.models import DunningLetter, DunningStop
from erp.kernel.proofs import proof, prove_keys

proof(
    "G23",
    "A dunning letter asks for the sum of its items, at the highest of their levels, and of its own payer",
    """SELECT l.number, l.total, x.total AS items, l.level, x.level AS reached FROM billing_dunningletter l
    LEFT JOIN (SELECT i.letter_id, sum(i.amount) AS total, max(i.level) AS level,
        bool_or(o.customer_id <> w.customer_id OR o.currency <> w.currency OR i.amount + i.disputed > o.amount) AS wrong
        FROM billing_dunningletteritem i JOIN billing_openitem o ON o.id = i.item_id
        JOIN billing_dunningletter w ON w.id = i.letter_id GROUP BY 1) x ON x.letter_id = l.id
    WHERE x.total IS DISTINCT FROM l.total OR x.level <> l.level OR x.wrong""",
)
prove_keys("K20", "Dunning letters and stops name masters that exist", DunningLetter, DunningStop)
