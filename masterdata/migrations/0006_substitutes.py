import django.db.models.deletion
from django.db import migrations, models

from erp.kernel.schema import Audited


class Migration(migrations.Migration):

    dependencies = [
        ('masterdata', '0005_pricing'),
    ]

    operations = [
        migrations.CreateModel(
            name='Substitute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('superseded', 'Superseded'), ('equivalent', 'Equivalent'), ('upgrade', 'Upgrade')], max_length=10)),
                ('numerator', models.PositiveIntegerField(default=1)),
                ('denominator', models.PositiveIntegerField(default=1)),
                ('price', models.CharField(choices=[('original', 'The price of what was asked for'), ('own', 'Its own price')], max_length=8)),
                ('two_way', models.BooleanField(default=False)),
                ('rank', models.PositiveSmallIntegerField(default=1)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('version', models.PositiveIntegerField(default=1)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='substitutes', to='masterdata.item')),
                ('substitute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stands_in_for', to='masterdata.item')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item', 'substitute', 'valid_from'), name='substitute_unique'), models.CheckConstraint(condition=models.Q(('item', models.F('substitute')), _negated=True), name='substitute_is_another'), models.CheckConstraint(condition=models.Q(('denominator__gte', 1), ('numerator__gte', 1), ('rank__gte', 1)), name='substitute_positive'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='substitute_dates'), models.CheckConstraint(condition=models.Q(('two_way', False), ('kind', 'equivalent'), _connector='OR'), name='substitute_two_way')],
            },
        ),
        Audited("masterdata_substitute"),
    ]
