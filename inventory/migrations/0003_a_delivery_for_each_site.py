from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0002_ledger'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='demandgroup',
            constraint=models.UniqueConstraint(fields=('document', 'site'), name='group_of_document_and_site'),
        ),
        migrations.RemoveIndex(
            model_name='demandgroup',
            name='group_document',
        ),
    ]
