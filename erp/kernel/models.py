"""The ground's own rows: who may, what was asked, what was decided, what must still happen, what changed."""

import uuid
from typing import ClassVar, Generic, Self, TypeVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

M = TypeVar("M", bound=models.Model)


class LockableQuerySet(models.QuerySet[M], Generic[M]):
    """Locks rows in primary-key order, so that two transactions never wait for each other in a circle."""

    def lock(self) -> Self:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person or an interface that acts. What it may do comes from its grants, never from this row."""

    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(default=0)  # raised to end every session of the user
    preferences = models.JSONField(default=dict, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper() or self.username[:2].upper()

    # What Django's admin (read-only here) asks of a user.
    @property
    def is_staff(self) -> bool:
        return self.has_perm("kernel.administer")

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, permission: str, obj: object = None) -> bool:
        from .access import access_of

        return permission in access_of(self).permissions

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class Grant(models.Model):
    """One role given to one user, for everything or for one scope (`company:3`, `site:12`)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, default="*")
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role", "scope"], name="grant_unique")]

    def __str__(self) -> str:
        return f"{self.role} in {self.scope}"


class ApiToken(models.Model):
    """A hashed, expiring key of an interface; `permissions` narrows what its user may do (empty = all of it)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token, hexadecimal
    permissions = models.JSONField(default=list, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    last_used_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """One command asked once: the same key answers again with the stored answer (reliability.md 2)."""

    actor = models.CharField(max_length=80)
    command = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    request_hash = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "command", "key"], name="idempotency_key_unique")
        ]
        indexes = [BrinIndex(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"{self.command} {self.key}"


class Decision(models.Model):
    """Why-record: what one verb decided about one document, from which inputs, by which rules.

    Partitioned by month of `recorded_at`; nothing points at it. `outcome` holds arrays for lines and inputs by
    version id, at most about 300 bytes a line.
    """

    recorded_at = models.DateTimeField(db_default=Now())
    effective_at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)  # the document's kind, "orders.salesorder"
    subject_id = models.BigIntegerField()
    actor = models.CharField(max_length=80)
    outcome = models.JSONField()

    class Meta:
        managed = False
        db_table = "kernel_decision"

    def __str__(self) -> str:
        return f"{self.verb} {self.subject} {self.subject_id}"


class OutboxEntry(models.Model):
    """One announced fact for one subscriber, to be handled after the commit, at least once.

    Due when not done, not dead, `due_at` has come and no older entry of the same subscriber and document waits.
    """

    topic = models.CharField(max_length=80)
    subscriber = models.CharField(max_length=80)
    document = models.CharField(max_length=60)  # what order is kept for: "shipment:81"
    payload = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    error = models.TextField(blank=True, db_default="")
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name_plural = "outbox entries"
        indexes = [
            models.Index(
                fields=["subscriber", "id"], name="outbox_due", condition=Q(done_at=None, dead_at=None)
            ),
            models.Index(fields=["subscriber", "document"], name="outbox_order", condition=Q(done_at=None)),
            models.Index(fields=["dead_at"], name="outbox_dead", condition=Q(dead_at__isnull=False)),
            models.Index(fields=["done_at"], name="outbox_done", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.topic} for {self.subscriber}"


class Job(models.Model):
    """Work too long for a request: what, how far, for whom, and what came out."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=160)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    cursor = models.JSONField(default=dict)  # where a restarted run goes on
    message = models.TextField(blank=True)
    cancel_asked = models.BooleanField(default=False)
    artefact = models.CharField(max_length=200, blank=True)  # path below MEDIA_ROOT
    artefact_name = models.CharField(max_length=120, blank=True)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="jobs")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)  # the worker's last sign of life
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=F("total")) | Q(total=0), name="job_done_within_total"
            )
        ]
        indexes = [models.Index(fields=["requested_by", "-created_at"], name="job_of_user")]

    def __str__(self) -> str:
        return self.title


class AuditEvent(models.Model):
    """One row's change, written by a trigger, so that set-based and raw SQL writes are caught too.

    `before` and `after` hold only what changed (both whole for insert and delete). Append-only.
    """

    recorded_at = models.DateTimeField(db_default=Now())
    table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    operation = models.CharField(max_length=6)  # insert, update, delete
    actor = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    request_id = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["table", "row_id", "-id"], name="audit_of_row")]

    def __str__(self) -> str:
        return f"{self.operation} {self.table} {self.row_id}"


class NumberSeries(models.Model):
    """A gap-free legal number series, drawn in the last statement of a transaction.

    No two series of the house share a prefix and none ends in a digit, so a number names one document whichever
    company issued it: pages and programs address documents by it.
    """

    scope = models.CharField(max_length=40)  # "company:1"
    code = models.CharField(max_length=20)  # "invoice"
    prefix = models.CharField(max_length=20)
    next_number = models.PositiveBigIntegerField(default=1)
    last_on = models.DateField(null=True)  # the last date given: numbers follow dates
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        verbose_name_plural = "number series"
        constraints = [
            models.UniqueConstraint(fields=["scope", "code"], name="number_series_unique"),
            models.UniqueConstraint(fields=["prefix"], name="number_series_prefix_unique"),
            models.CheckConstraint(condition=Q(prefix__regex="[^0-9]$"), name="number_series_prefix_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} in {self.scope}"


class EditLock(models.Model):
    """Who has a document open to change it. It lapses by itself when its page is not heard of for a while."""

    subject = models.CharField(max_length=60)  # label of the document's model, as in Decision
    subject_id = models.BigIntegerField()
    user = models.ForeignKey(User, models.CASCADE, related_name="edit_locks")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()  # when its page was last heard of
    taken_from = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True, db_default="")  # to whom it was taken from

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "subject_id"], name="edit_lock_once")]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"


class Attachment(models.Model):
    """A file that somebody put to a document: kept as it came, never changed, taken off the page but not away."""

    subject = models.CharField(max_length=60)  # label of the document's model, as in Decision
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)  # below MEDIA_ROOT
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=80, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "subject_id", "sha256"],
                condition=Q(removed_at=None),
                name="attachment_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by="") | Q(removed_at__isnull=False) & ~Q(removed_by=""),
                name="attachment_removed_by",
            ),
        ]
        indexes = [models.Index(fields=["subject", "subject_id"], name="attachment_of")]

    def __str__(self) -> str:
        return self.name


class ProofRun(models.Model):
    """One run of the proofs: when, how long, and what failed."""

    started_at = models.DateTimeField(db_default=Now())
    duration_ms = models.PositiveIntegerField()
    results = models.JSONField()  # [{proof, title, ms, rows, sample}]
    green = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="proof_run_newest")]

    def __str__(self) -> str:
        return f"{'green' if self.green else 'red'} {self.started_at:%Y-%m-%d %H:%M}"
