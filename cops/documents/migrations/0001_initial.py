import cops.documents.models
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search_text', models.TextField(blank=True, default='', editable=False)),
                ('kind', models.CharField(choices=[('report_draft', 'Rapport provisoire'), ('roster', 'Composition d’une formation'), ('attendance', 'Feuille de présence'), ('convocation', 'Convocation'), ('crisis_report', 'Cellule de crise'), ('minutes', 'Compte rendu de réunion'), ('meeting_pack', 'Dossier de séance'), ('deliberation', 'Délibération ou acte'), ('agreement', 'Convention ou contrat signé'), ('funding', 'Dossier de financement'), ('note', 'Note ou courrier'), ('presentation', 'Support de présentation'), ('account', 'Compte rendu ou bilan'), ('figures', 'Tableau de données'), ('other', 'Autre pièce')], max_length=20, verbose_name='nature')),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('filename', models.CharField(max_length=150, verbose_name='nom du fichier')),
                ('content_type', models.CharField(max_length=100, verbose_name='type')),
                ('file', models.FileField(max_length=200, upload_to=cops.documents.models.storage_name, verbose_name='fichier')),
                ('size', models.PositiveBigIntegerField(verbose_name='taille en octets')),
                ('digest', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                ('visibility', models.CharField(choices=[('staff', 'Le service'), ('owner', 'Son auteur et le service'), ('attached', 'Ceux que dit la pièce jointe')], default='staff', max_length=10, verbose_name='visible par')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('target_id', models.PositiveBigIntegerField(verbose_name='identifiant de l’objet')),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('kind', models.CharField(choices=[('deliberation', 'Délibération ou acte'), ('agreement', 'Convention ou contrat signé'), ('funding', 'Dossier de financement'), ('note', 'Note ou courrier'), ('presentation', 'Support de présentation'), ('account', 'Compte rendu ou bilan'), ('figures', 'Tableau de données'), ('other', 'Autre pièce')], default='other', max_length=20, verbose_name='nature')),
                ('audience', models.CharField(choices=[('staff', 'Le service seulement'), ('readers', 'Tous ceux qui lisent la page')], default='staff', max_length=10, verbose_name='qui la lit')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                ('target_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype', verbose_name='type d’objet')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='attachment', to='documents.document', verbose_name='document')),
            ],
            options={
                'verbose_name': 'pièce jointe',
                'verbose_name_plural': 'pièces jointes',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='FormerVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('replaced_at', models.DateTimeField(auto_now_add=True, verbose_name='remplacée le')),
                ('attachment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_versions', to='documents.attachment', verbose_name='pièce jointe')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='former_version', to='documents.document', verbose_name='document')),
                ('replaced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='remplacée par')),
            ],
            options={
                'verbose_name': 'version antérieure',
                'verbose_name_plural': 'versions antérieures',
                'ordering': ['attachment', '-replaced_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAttachment',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('target_id', models.PositiveBigIntegerField(verbose_name='identifiant de l’objet')),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('kind', models.CharField(choices=[('deliberation', 'Délibération ou acte'), ('agreement', 'Convention ou contrat signé'), ('funding', 'Dossier de financement'), ('note', 'Note ou courrier'), ('presentation', 'Support de présentation'), ('account', 'Compte rendu ou bilan'), ('figures', 'Tableau de données'), ('other', 'Autre pièce')], default='other', max_length=20, verbose_name='nature')),
                ('audience', models.CharField(choices=[('staff', 'Le service seulement'), ('readers', 'Tous ceux qui lisent la page')], default='staff', max_length=10, verbose_name='qui la lit')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('document', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='documents.document', verbose_name='document')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('target_type', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='contenttypes.contenttype', verbose_name='type d’objet')),
            ],
            options={
                'verbose_name': 'historical pièce jointe',
                'verbose_name_plural': 'historical pièces jointes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Rendering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('requested_at', models.DateTimeField(auto_now_add=True, verbose_name='demandé le')),
                ('subject', models.CharField(help_text='Ce qui est préparé, p. ex. cops-2009/2012.', max_length=100, verbose_name='objet')),
                ('state', models.CharField(choices=[('waiting', 'En attente'), ('running', 'En cours'), ('done', 'Terminé'), ('failed', 'Échec')], default='waiting', max_length=10, verbose_name='état')),
                ('progress', models.CharField(blank=True, max_length=200, verbose_name='avancement')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='dernière nouvelle')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='documents.document', verbose_name='document')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='demandé par')),
            ],
            options={
                'verbose_name': 'préparation de document',
                'verbose_name_plural': 'préparations de documents',
                'ordering': ['-requested_at', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['report_draft', 'roster', 'attendance', 'convocation', 'crisis_report', 'minutes', 'meeting_pack', 'deliberation', 'agreement', 'funding', 'note', 'presentation', 'account', 'figures', 'other'])), name='documents_document_kind_known', violation_error_message='«\xa0nature\xa0»\xa0: cette valeur n’existe pas.'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('visibility__in', ['staff', 'owner', 'attached'])), name='documents_document_visibility_known', violation_error_message='«\xa0visible par\xa0»\xa0: cette valeur n’existe pas.'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['target_type', 'target_id'], name='documents_attachment_target'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['deliberation', 'agreement', 'funding', 'note', 'presentation', 'account', 'figures', 'other'])), name='documents_attachment_kind_known', violation_error_message='«\xa0nature\xa0»\xa0: cette valeur n’existe pas.'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('audience__in', ['staff', 'readers'])), name='documents_attachment_audience_known', violation_error_message='«\xa0qui la lit\xa0»\xa0: cette valeur n’existe pas.'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'running'])), fields=('requested_by', 'subject'), name='documents_rendering_one_at_a_time', violation_error_message='Ce document est déjà en préparation.'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'failed'])), name='documents_rendering_state_known', violation_error_message='«\xa0état\xa0»\xa0: cette valeur n’existe pas.'),
        ),
    ]
