"""What other rooms ask of quotes: the file of a quote that is sent."""

from orders.messages.attachments import attachment

from .actions.send_quote import KIND
from .sheets import revision_file

attachment(KIND)(revision_file)
