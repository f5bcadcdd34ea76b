import datetime
import django.db.models.deletion
import django.db.models.functions.comparison
import portal.search
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('files', '0001_initial'),
        ('organisations', '0001_initial'),
        ('regions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='code')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('filed_for', models.CharField(blank=True, max_length=40, verbose_name='filed on behalf of')),
                ('form_key', models.UUIDField(editable=False, unique=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('returned', 'Returned for correction'), ('endorsed', 'Endorsed by the county'), ('approved', 'Approved'), ('refused', 'Refused'), ('published', 'Published'), ('suspended', 'Suspended'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged into another')], default='draft', editable=False, max_length=12, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='submitted')),
                ('endorsed_at', models.DateTimeField(editable=False, null=True, verbose_name='endorsed')),
                ('decided_at', models.DateTimeField(editable=False, null=True, verbose_name='decided')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
                ('appealed_at', models.DateTimeField(editable=False, null=True, verbose_name='appealed')),
                ('due_on', models.DateField(editable=False, null=True, verbose_name='due')),
                ('clock_state', models.CharField(blank=True, editable=False, max_length=12)),
                ('clock_days', models.PositiveSmallIntegerField(editable=False, null=True)),
                ('returns', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='times returned')),
                ('words', portal.search.SearchField()),
                ('name_key', portal.search.KeyField()),
                ('city', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.city', verbose_name='city')),
                ('county', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.county', verbose_name='county-level unit')),
                ('decider', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('first_decider', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('last_submitter', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='submissions.submission')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='organisations.organisation', verbose_name='organisation')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to=settings.AUTH_USER_MODEL, verbose_name='filed by')),
                ('reviewer', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer')),
            ],
            options={
                'verbose_name': 'dossier',
                'verbose_name_plural': 'dossiers',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['state', 'submitted_at'], name='submission_queue'), models.Index(fields=['county', 'id'], name='submission_of_county'), models.Index(fields=['county', 'state'], name='submission_at_county'), models.Index(fields=['kind', 'state', 'id'], name='submission_of_kind'), models.Index(fields=['state', 'due_on'], name='submission_clock'), models.Index(fields=['name_key', 'kind'], name='submission_same_name'), models.Index(fields=['reviewer', 'state', 'kind'], name='submission_on_desk'), models.Index(django.db.models.functions.comparison.Coalesce('due_on', datetime.date(9999, 12, 31)), models.F('id'), condition=models.Q(('state__in', ('submitted', 'endorsed', 'approved'))), include=('kind', 'state'), name='urgent'), models.Index(models.F('county'), django.db.models.functions.comparison.Coalesce('due_on', datetime.date(9999, 12, 31)), models.F('id'), condition=models.Q(('state__in', ('submitted', 'endorsed', 'approved'))), name='urgent_of_county'), models.Index(condition=models.Q(('state', 'published')), fields=['kind', 'published_at', 'id', 'owner'], name='submission_catalogue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'withdrawn']), ('submitted_at__isnull', False), _connector='OR'), name='submission_beyond_draft_was_submitted', violation_error_message='A dossier in this state has a day of submission.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['draft', 'submitted', 'returned']), _negated=True), ('endorsed_at__isnull', True), _connector='OR'), name='submission_before_endorsement_has_none', violation_error_message='An endorsement does not outlive a return.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('decider__isnull', False), ('state__in', ('approved', 'refused', 'published', 'suspended'))), ('state__in', ('withdrawn', 'merged')), models.Q(models.Q(('state__in', ['approved', 'refused', 'published', 'suspended', 'withdrawn', 'merged']), _negated=True), ('decided_at__isnull', True), ('decider__isnull', True)), _connector='OR'), name='submission_decided_has_decider', violation_error_message='A decision has a day and a decider, and only a decision.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['published', 'suspended']), _negated=True), ('published_at__isnull', False), _connector='OR'), name='submission_published_has_day', violation_error_message='A published dossier has a day of publication.'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state__in', ('withdrawn', 'merged'))), models.Q(models.Q(('state__in', ('withdrawn', 'merged')), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='submission_closed_has_day', violation_error_message='A withdrawn dossier has a day of closing.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'merged'), _negated=True), ('merged_into__isnull', False), _connector='OR'), name='submission_merged_points_at_one', violation_error_message='A merged dossier points at the one that goes on.'), models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'endorsed']), ('due_on__isnull', True), _connector='OR'), name='submission_clock_runs_in_review', violation_error_message='A day is promised only while it is under review.'), models.CheckConstraint(condition=models.Q(models.Q(('clock_days__isnull', True), ('clock_state', '')), models.Q(models.Q(('clock_state', ''), _negated=True), ('clock_days__gt', 0)), _connector='OR'), name='submission_stopped_clock_has_days_left', violation_error_message='A clock that stands still has days left.'), models.CheckConstraint(condition=models.Q(models.Q(('city__isnull', True), ('county__isnull', True)), models.Q(('city__isnull', False), ('county__isnull', False)), _connector='OR'), name='submission_county_has_city', violation_error_message='A county stands with its city.')],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('values', models.JSONField(verbose_name='values')),
                ('at', models.DateTimeField()),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'snapshot',
                'verbose_name_plural': 'snapshots',
                'ordering': ['submission', 'version'],
                'constraints': [models.UniqueConstraint(fields=('submission', 'version'), name='one_snapshot_a_version')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changes', models.JSONField(verbose_name='changes')),
                ('state', models.CharField(choices=[('pending', 'Waiting for review'), ('approved', 'Approved'), ('refused', 'Refused'), ('cancelled', 'Taken back')], default='pending', editable=False, max_length=10, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('submission',), name='one_pending_revision', violation_error_message='A change is already waiting for review.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='revision_decided_has_decider')],
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('field', models.CharField(max_length=40, verbose_name='field')),
                ('reason', models.CharField(choices=[('missing', 'Missing'), ('unclear', 'Unclear'), ('wrong', 'Not correct'), ('photo', 'Photo not usable'), ('paper', 'Certificate does not match'), ('wording', 'Wording not allowed'), ('other', 'Other')], max_length=10, verbose_name='reason')),
                ('text', models.CharField(max_length=500, verbose_name='remark')),
                ('created_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'remark',
                'verbose_name_plural': 'remarks',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('submission', 'version', 'field'), name='one_remark_per_field_and_round')],
            },
        ),
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('declared_at', models.DateTimeField(verbose_name='when')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'conflict of interest',
                'verbose_name_plural': 'conflicts of interest',
                'constraints': [models.UniqueConstraint(fields=('submission', 'user'), name='one_conflict_a_person', violation_error_message='You have declared this already.')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('photos', 'Photos'), ('certificates', 'Certificates')], max_length=12, verbose_name='purpose')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['submission', 'purpose', 'position'],
                'constraints': [models.UniqueConstraint(fields=('submission', 'purpose', 'position'), name='one_attachment_per_position')],
            },
        ),
    ]
