"""One command, the whole system: PostgreSQL and a broker out of wheels, the application beside them.

    prepare     what must be installed first; runs outside the virtual environment, standard library only
    commands    the verbs of the command line: demo, run, test, exec, control, backup, restore
    stack       one folder's ports, secrets and addresses; decided once by who starts it, read by all others
    postgres    cluster, settings, roles           broker      Valkey
    supervisor  who restarts and stops processes   console     their log lines, labelled
    processes   the small print of the operating system

Nothing here runs when DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL are set, but web, worker and beat.
"""
