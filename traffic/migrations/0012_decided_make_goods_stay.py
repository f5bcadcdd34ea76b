from django.db import migrations

from portal.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """What was decided of a shortfall, and by which figures, is never changed or taken out."""

    dependencies = [
        ('traffic', '0011_brief_subscriptions'),
    ]

    operations = [
        AppendOnly(
            'traffic_makegood',
            keys=['id', 'placement_id', 'act'],
            final=('state', ['approved', 'refused', 'lapsed']),
        ),
    ]
