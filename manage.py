#!/usr/bin/env python
"""Django's command line, with the embedded services' addresses filled in when none are given."""

import os
import sys

from django.core.management import execute_from_command_line

from erp.environment import fill_in

OWNERS_WORK = {"grant", "install", "migrate", "seed"}  # everything else runs with the application's rights


def main() -> None:
    fill_in(owner=not OWNERS_WORK.isdisjoint(sys.argv[1:2]))
    os.environ.setdefault("ERP_PROCESS", "admin")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erp.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
