import django.db.models.deletion
from django.db import migrations, models

from erp.kernel.schema import Audited


class Migration(migrations.Migration):

    dependencies = [
        ('masterdata', '0010_catalogues'),
    ]

    operations = [
        migrations.AlterField(
            model_name='item',
            name='kind',
            field=models.CharField(choices=[('stocked', 'Stocked'), ('service', 'Service'), ('kit', 'Kit')], default='stocked', max_length=10),
        ),
        migrations.CreateModel(
            name='KitComponent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('component', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='component_of', to='masterdata.item')),
                ('kit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='components', to='masterdata.item')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kit', 'component', 'valid_from'), name='kit_component_unique'), models.CheckConstraint(condition=models.Q(('kit', models.F('component')), _negated=True), name='kit_component_is_another'), models.CheckConstraint(condition=models.Q(('position__gte', 1), ('quantity__gt', 0)), name='kit_component_positive'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='kit_component_dates')],
            },
        ),
        Audited("masterdata_kitcomponent"),
    ]
