from django.db import migrations
from django.db.models import F


def want_closed(apps, schema_editor):
    """Days with reports that are compared only are added up again: their rows are kept from now on."""
    compared = apps.get_model("traffic", "DayFate").objects.filter(fate="compared").values("date")
    apps.get_model("traffic", "Day").objects.filter(date__in=compared).update(wanted=F("wanted") + 1)


class Migration(migrations.Migration):
    dependencies = [("traffic", "0003_compared_days_and_gaps")]

    operations = [migrations.RunPython(want_closed, migrations.RunPython.noop)]
