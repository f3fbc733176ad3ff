"""manage.py edi: look at the folder once, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from orders.channels.folder import sweep


class Command(BaseCommand):
    help = "Receive the files of the EDI folder, take what is pending, and put out what is to be sent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rest", type=float, default=None, help="seconds for which a file must have been left alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = sweep(rest_s=options["rest"])
        self.stdout.write(
            f"received {done.received}, failed {done.failed}, deliveries taken {done.taken}, sent {done.sent}"
        )
