"""An order line that is amended or cancelled takes its call-off along, in the same transaction."""

from erp.kernel.events import inline
from orders.entry.events import LinesRestated

from .actions.restate_call_offs import restate_call_offs

inline(LinesRestated)(restate_call_offs)
