"""What the scripts of the shell say, here so that it goes through gettext like everything else."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    # shell
    "undo": _("Undo"),
    "undone": _("Undone"),
    "failed": _("That did not work. Nothing was changed."),
    "forbidden": _("You do not have the right for that."),
    "gone": _("That is not there any more. Reload the page."),
    "busy": _("Someone else is changing the same records. Nothing was changed; try again."),
    "too_many": _("Too many requests. Wait a minute and try again."),
    "offline": _("No connection. Your entries are kept."),
    "scans_kept": _("No connection. {n} not sent yet, and kept."),
    "online": _("The connection is back."),
    "all": _("All"),
    # keys
    "everywhere": _("Everywhere"),
    "go_to": _("Go to"),
    "actions": _("This page"),
    "letters_off": _("Single letters are switched off in your preferences."),
    "jump": _("Search or jump to"),
    "keys": _("Keyboard shortcuts"),
    "filter": _("Filter this list"),
    "close": _("Close list, drawer or dialog"),
    "primary": _("To the primary button"),
    # lists
    "this_list": _("This list"),
    "next_row": _("Next row"),
    "previous_row": _("Previous row"),
    "select_row": _("Select row"),
    "open_row": _("Open row"),
    "main_action": _("Main action on the selection"),
    # line grid
    "line_grid": _("Lines"),
    "saving": _("Saving…"),
    "saved": _("Saved {time}"),
    "not_saved": _("Not saved"),
    "not_saved_long": _("Not saved. Your entries are kept; trying again on the next change."),
    "found": _("{n} found"),
    "line_removed": _("Line {n} removed"),
    "pasted": _("{n} lines pasted"),
    "pasted_some": _("{n} lines pasted, {bad} not recognised"),
    "next_cell": _("Quantity, then the next line"),
    "previous_line": _("Previous line, same column"),
    "copy_above": _("Copy the cell above"),
    "change_supply": _("From stock, bought for the line, or sent by the supplier"),
    "take_substitute": _("Take the first substitute"),
    "remove_line": _("Remove line"),
    "open_list": _("Open the list"),
    # scanner
    "all_lines": _("All lines complete"),
    "lines_left": _("{n} lines to go"),
    "not_on_list": _("{code} is not on this list"),
    "already_complete": _("{code} is already complete"),
    "done_of": _("{n} of {want}"),
}
