import django.db.models.deletion
import inventory.stock.models
from django.conf import settings
from django.db import migrations, models

from erp.kernel.schema import Audited, NeverDeleted


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0007_disputes'),
        ('masterdata', '0003_cash_discount'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PeriodClose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('started_by', models.CharField(max_length=80)),
                ('checked_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.company')),
                ('period', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='close', to='masterdata.accountingperiod')),
            ],
            options={
                'verbose_name': 'period close',
            },
        ),
        migrations.CreateModel(
            name='CloseTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_key', models.CharField(blank=True, max_length=20)),
                ('title', models.CharField(max_length=120)),
                ('position', models.PositiveSmallIntegerField()),
                ('is_blocking', models.BooleanField()),
                ('due_on', models.DateField()),
                ('found', models.PositiveIntegerField(default=0)),
                ('books', inventory.stock.models.Money(decimal_places=2, max_digits=18, null=True)),
                ('documents', inventory.stock.models.Money(decimal_places=2, max_digits=18, null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.CharField(blank=True, max_length=80)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('waiver_reason', models.CharField(blank=True, max_length=200)),
                ('waiver_asked_by', models.CharField(blank=True, max_length=80)),
                ('waived_by', models.CharField(blank=True, max_length=80)),
                ('waived_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(db_default=1, default=1)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('close', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='billing.periodclose')),
            ],
            options={
                'verbose_name': 'close task',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('check_key', ''), _negated=True), fields=('close', 'check_key'), name='close_task_check_once'), models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', '')), models.Q(('check_key', ''), ('done_at__isnull', False), models.Q(('done_by', ''), _negated=True)), _connector='OR'), name='close_task_done_by_person'), models.CheckConstraint(condition=models.Q(models.Q(('waiver_asked_by', ''), ('waiver_reason', '')), models.Q(models.Q(('waiver_reason', ''), _negated=True), models.Q(('waiver_asked_by', ''), _negated=True)), _connector='OR'), name='close_task_waiver_asked'), models.CheckConstraint(condition=models.Q(models.Q(('waived_at', None), ('waived_by', '')), models.Q(models.Q(('waived_by', ''), _negated=True), ('waived_at__isnull', False), models.Q(('waiver_reason', ''), _negated=True), models.Q(('waived_by', models.F('waiver_asked_by')), _negated=True)), _connector='OR'), name='close_task_waived_by_another')],
            },
        ),
        Audited("billing_closetask", insert=False, ignore=["found", "books", "documents"]),
        NeverDeleted("billing_closetask"),
        NeverDeleted("billing_periodclose"),
    ]
