"""The demo logins that still have their published password."""

from typing import Any

from django.core.management.base import BaseCommand

from erp.kernel.access import roles
from reporting.demo.people import PASSWORD, demo_logins


class Command(BaseCommand):
    help = "List the demo logins that still have the demo password."

    def handle(self, **options: Any) -> None:
        people = demo_logins()
        if not people:
            self.stdout.write("No login has the demo password.")
            return
        known = roles()
        self.stdout.write(f"Password of every demo login: {PASSWORD}")
        for person in people:
            where = ", ".join(person.where) if person.where != ("*",) else "everywhere"
            self.stdout.write(
                f"  {person.login:<12} {person.name:<16} {known[person.role].label:<18} {where}"
            )
