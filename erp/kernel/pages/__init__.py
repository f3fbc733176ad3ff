"""The kernel's own pages: home, account, jobs, outbox, audit, users and roles, and the error pages."""
