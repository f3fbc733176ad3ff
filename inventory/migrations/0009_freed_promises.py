from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0008_returns'),
    ]

    operations = [
        migrations.AlterField(
            model_name='promiseevent',
            name='cause',
            field=models.CharField(choices=[('first', 'First promise'), ('receipt', 'Goods received'), ('short_pick', 'Short at picking'), ('amended', 'Order changed'), ('cancelled', 'Cancelled'), ('resourced', 'Supply changed'), ('reallocated', 'Stock shared anew'), ('freed', 'Others need it no more')], max_length=12),
        ),
    ]
