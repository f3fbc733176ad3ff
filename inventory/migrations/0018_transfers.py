import django.db.models.deletion
import django.db.models.expressions
import erp.kernel.fields
import inventory.stock.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0017_expired_picks_and_supplier_returns'),
        ('masterdata', '0012_coupons_and_free_goods'),
    ]

    operations = [
        migrations.AlterField(
            model_name='adjustment',
            name='status',
            field=models.CharField(choices=[('available', 'Available'), ('quality', 'In inspection'), ('quarantine', 'Quarantine'), ('damaged', 'Damaged'), ('hold', 'On hold'), ('expired', 'Expired'), ('repair', 'In repair'), ('vendor', 'For the vendor'), ('transit', 'In transit')], max_length=12),
        ),
        migrations.AlterField(
            model_name='demandgroup',
            name='party',
            field=erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.party'),
        ),
        migrations.AlterField(
            model_name='statuschange',
            name='target',
            field=models.CharField(blank=True, choices=[('available', 'Available'), ('quality', 'In inspection'), ('quarantine', 'Quarantine'), ('damaged', 'Damaged'), ('hold', 'On hold'), ('expired', 'Expired'), ('repair', 'In repair'), ('vendor', 'For the vendor'), ('transit', 'In transit')], max_length=12),
        ),
        migrations.AlterField(
            model_name='stockbalance',
            name='status',
            field=models.CharField(choices=[('available', 'Available'), ('quality', 'In inspection'), ('quarantine', 'Quarantine'), ('damaged', 'Damaged'), ('hold', 'On hold'), ('expired', 'Expired'), ('repair', 'In repair'), ('vendor', 'For the vendor'), ('transit', 'In transit')], default='available', max_length=12),
        ),
        migrations.AlterField(
            model_name='stockposting',
            name='kind',
            field=models.CharField(choices=[('opening', 'Opening stock'), ('receipt', 'Receipt'), ('issue', 'Issue to customer'), ('move', 'Move'), ('adjustment', 'Adjustment'), ('return', 'Return from customer'), ('scrap', 'Scrap'), ('drop', 'Drop shipment'), ('supplier', 'Return to supplier'), ('transfer', 'Transfer to another site')], max_length=12),
        ),
        migrations.CreateModel(
            name='TransferLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('quantity', inventory.stock.models.Quantity(decimal_places=6, max_digits=18)),
                ('entered', inventory.stock.models.Quantity(decimal_places=6, max_digits=18)),
                ('shipped', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('cancelled', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('received', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('missing', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('demand', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfer_line', to='inventory.demand')),
                ('item', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.item')),
                ('supply', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfer_line', to='inventory.supply')),
                ('unit', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.unit')),
                ('wanted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfer_lines', to='inventory.demand')),
            ],
        ),
        migrations.CreateModel(
            name='TransferContent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shipped', inventory.stock.models.Quantity(decimal_places=6, max_digits=18)),
                ('received', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('missing', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('lot', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.lot')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contents', to='inventory.transferline')),
            ],
        ),
        migrations.CreateModel(
            name='TransferOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20)),
                ('state', models.CharField(choices=[('requested', 'To approve'), ('approved', 'To ship'), ('shipped', 'In transit'), ('received', 'Received'), ('refused', 'Refused'), ('cancelled', 'Cancelled')], default='requested', max_length=9)),
                ('reason', models.CharField(choices=[('demand', 'An order waits for it'), ('rebalance', 'Too much here, missing there'), ('replenish', 'Stock is filled up'), ('other', 'Other')], max_length=9)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('needed_on', models.DateField()),
                ('due_on', models.DateField(null=True)),
                ('value', inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ('requested_by', models.CharField(max_length=80)),
                ('requested_at', models.DateTimeField()),
                ('decided_by', models.CharField(blank=True, max_length=80)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_note', models.CharField(blank=True, max_length=200)),
                ('carrier', models.CharField(blank=True, max_length=40)),
                ('tracking_number', models.CharField(blank=True, max_length=60)),
                ('shipped_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(db_default=1, default=1)),
                ('company', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.company')),
                ('group', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfer', to='inventory.demandgroup')),
                ('site', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transfers_out', to='masterdata.site')),
                ('to_site', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transfers_in', to='masterdata.site')),
                ('transit_bin', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.bin')),
            ],
        ),
        migrations.AddField(
            model_name='transferline',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.transferorder'),
        ),
        migrations.CreateModel(
            name='TransferDifference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('short', 'Short'), ('damaged', 'Damaged'), ('lost', 'Lost in transit')], max_length=7)),
                ('quantity', inventory.stock.models.Quantity(decimal_places=6, max_digits=18)),
                ('found', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('owner', models.CharField(max_length=80)),
                ('opened_by', models.CharField(max_length=80)),
                ('opened_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('outcome', models.CharField(blank=True, choices=[('found', 'Found'), ('written_off', 'Written off'), ('claimed', 'Claimed from the carrier')], max_length=11)),
                ('claim_reference', models.CharField(blank=True, max_length=60)),
                ('cleared_by', models.CharField(blank=True, max_length=80)),
                ('cleared_at', models.DateTimeField(null=True)),
                ('adjustment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfer_difference', to='inventory.adjustment')),
                ('content', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='inventory.transfercontent')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='inventory.transferorder')),
            ],
        ),
        migrations.CreateModel(
            name='RebalanceProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('dismissed', 'Dismissed'), ('gone', 'Not needed any more')], default='open', max_length=9)),
                ('quantity', inventory.stock.models.Quantity(decimal_places=6, max_digits=18)),
                ('lines', models.PositiveIntegerField()),
                ('on_time', models.PositiveIntegerField()),
                ('days_earlier', models.PositiveIntegerField()),
                ('undated', models.PositiveIntegerField()),
                ('value', inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ('freight', inventory.stock.models.Money(decimal_places=2, max_digits=18, null=True)),
                ('arrives_on', models.DateField()),
                ('why', models.JSONField()),
                ('computed_at', models.DateTimeField()),
                ('decided_by', models.CharField(blank=True, max_length=80)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_note', models.CharField(blank=True, max_length=200)),
                ('company', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.company')),
                ('item', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.item')),
                ('site', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.site')),
                ('to_site', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.site')),
                ('transfer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='inventory.transferorder')),
            ],
        ),
        migrations.AddConstraint(
            model_name='transfercontent',
            constraint=models.UniqueConstraint(fields=('line', 'lot'), name='transfer_content_unique', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='transfercontent',
            constraint=models.CheckConstraint(condition=models.Q(('missing__gte', 0), ('received__gte', 0), ('shipped__gt', 0), ('shipped__gte', django.db.models.expressions.CombinedExpression(models.F('received'), '+', models.F('missing')))), name='transfer_content_bounded'),
        ),
        migrations.AddIndex(
            model_name='transferorder',
            index=models.Index(fields=['site', 'state', 'id'], name='transfer_out'),
        ),
        migrations.AddIndex(
            model_name='transferorder',
            index=models.Index(fields=['to_site', 'state', 'id'], name='transfer_in'),
        ),
        migrations.AddConstraint(
            model_name='transferorder',
            constraint=models.UniqueConstraint(fields=('number',), name='transfer_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='transferorder',
            constraint=models.CheckConstraint(condition=models.Q(('site', models.F('to_site')), _negated=True), name='transfer_two_sites'),
        ),
        migrations.AddConstraint(
            model_name='transferorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('approved', 'shipped', 'received')), _negated=True), ('group__isnull', False), _connector='OR'), name='transfer_reserved'),
        ),
        migrations.AddConstraint(
            model_name='transferorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('shipped', 'received')), _negated=True), models.Q(('shipped_at__isnull', False), ('transit_bin__isnull', False)), _connector='OR'), name='transfer_shipped_when'),
        ),
        migrations.AddConstraint(
            model_name='transferorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('refused', 'cancelled')), _negated=True), models.Q(('decision_note', ''), _negated=True), _connector='OR'), name='transfer_why_not'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.UniqueConstraint(fields=('order', 'line'), name='transfer_line_unique'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled__gte', 0), ('entered__gt', 0), ('quantity__gt', 0), ('shipped__gte', 0), ('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('shipped'), '+', models.F('cancelled')))), name='transfer_line_shipped'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.CheckConstraint(condition=models.Q(('missing__gte', 0), ('received__gte', 0), ('shipped__gte', django.db.models.expressions.CombinedExpression(models.F('received'), '+', models.F('missing')))), name='transfer_line_received'),
        ),
        migrations.AddIndex(
            model_name='transferdifference',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['due_on', 'id'], name='transfer_difference_open'),
        ),
        migrations.AddConstraint(
            model_name='transferdifference',
            constraint=models.CheckConstraint(condition=models.Q(('found__gte', 0), ('found__lte', models.F('quantity')), ('quantity__gt', 0)), name='transfer_difference_found'),
        ),
        migrations.AddConstraint(
            model_name='transferdifference',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('adjustment', None), ('outcome', '')), models.Q(('adjustment', None), ('found', models.F('quantity')), ('outcome', 'found')), models.Q(('adjustment__isnull', False), ('outcome__in', ('written_off', 'claimed'))), _connector='OR'), name='transfer_difference_outcome'),
        ),
        migrations.AddConstraint(
            model_name='transferdifference',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'claimed'), _negated=True), models.Q(('claim_reference', ''), _negated=True), _connector='OR'), name='transfer_difference_claim'),
        ),
        migrations.AddIndex(
            model_name='rebalanceproposal',
            index=models.Index(fields=['company', 'state', 'id'], name='rebalance_queue'),
        ),
        migrations.AddConstraint(
            model_name='rebalanceproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('item', 'site', 'to_site'), name='rebalance_open_once'),
        ),
        migrations.AddConstraint(
            model_name='rebalanceproposal',
            constraint=models.CheckConstraint(condition=models.Q(('lines__gt', 0), ('quantity__gt', 0)), name='rebalance_positive'),
        ),
        migrations.AddConstraint(
            model_name='rebalanceproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('transfer__isnull', False), _connector='OR'), name='rebalance_accepted'),
        ),
        migrations.AddConstraint(
            model_name='rebalanceproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'dismissed'), _negated=True), models.Q(('decision_note', ''), _negated=True), _connector='OR'), name='rebalance_dismissed'),
        ),
    ]
