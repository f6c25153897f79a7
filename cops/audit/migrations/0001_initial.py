import django.db.models.deletion
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
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.CharField(max_length=32, unique=True, verbose_name='numéro du formulaire')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='instant')),
                ('digest', models.CharField(max_length=64, verbose_name='empreinte de la saisie')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='page suivante')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
            ],
            options={
                'verbose_name': 'formulaire enregistré',
                'verbose_name_plural': 'formulaires enregistrés',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='instant')),
                ('action', models.CharField(choices=[('logged_in', 'Connexion'), ('login_failed', 'Connexion refusée'), ('logged_out', 'Déconnexion'), ('imported', 'Import'), ('exported', 'Export'), ('rendered', 'Document préparé'), ('downloaded', 'Document téléchargé'), ('invited', 'Invitation envoyée'), ('joined', 'Invitation acceptée'), ('role_changed', 'Rôle modifié'), ('deactivated', 'Compte désactivé'), ('reactivated', 'Compte réactivé'), ('sent', 'Envoi'), ('replied', 'Réponse à une convocation'), ('created', 'Création'), ('changed', 'Modification'), ('undone', 'Annulation'), ('deleted', 'Suppression')], max_length=30, verbose_name='action')),
                ('subject_id', models.CharField(blank=True, max_length=40, verbose_name='identifiant de l’objet')),
                ('summary', models.CharField(max_length=300, verbose_name='résumé')),
                ('detail', models.JSONField(blank=True, default=dict, verbose_name='détail')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('subject_type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype', verbose_name='type d’objet')),
            ],
            options={
                'verbose_name': 'événement',
                'verbose_name_plural': 'journal',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='audit_event_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['logged_in', 'login_failed', 'logged_out', 'imported', 'exported', 'rendered', 'downloaded', 'invited', 'joined', 'role_changed', 'deactivated', 'reactivated', 'sent', 'replied', 'created', 'changed', 'undone', 'deleted'])), name='audit_event_action_known', violation_error_message='«\xa0action\xa0»\xa0: cette valeur n’existe pas.')],
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='envoyé le')),
                ('kind', models.CharField(choices=[('workbook', 'Classeur des actions'), ('roster', 'Composition d’une formation')], default='workbook', max_length=10, verbose_name='nature')),
                ('filename', models.CharField(max_length=255, verbose_name='fichier')),
                ('content', models.BinaryField(verbose_name='contenu')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='empreinte SHA-256')),
                ('state', models.CharField(choices=[('refused', 'À corriger'), ('ready', 'Prêt à importer'), ('applied', 'Importé'), ('undone', 'Annulé')], max_length=10, verbose_name='état')),
                ('outcome', models.JSONField(default=dict, editable=False, verbose_name='résultat')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='importé le')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='annulé le')),
                ('applied_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='importé par')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='envoyé par')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='annulé par')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', False), ('state__in', ['applied', 'undone'])), models.Q(models.Q(('state__in', ['applied', 'undone']), _negated=True), ('applied_at__isnull', True)), _connector='OR'), name='audit_importbatch_applied_at', violation_error_message='Un import appliqué a une date d’application, un autre n’en a pas.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'undone'), ('undone_at__isnull', False)), models.Q(models.Q(('state', 'undone'), _negated=True), ('undone_at__isnull', True)), _connector='OR'), name='audit_importbatch_undone_at', violation_error_message='Un import annulé a une date d’annulation, un autre n’en a pas.'), models.CheckConstraint(condition=models.Q(('kind__in', ['workbook', 'roster'])), name='audit_importbatch_kind_known', violation_error_message='«\xa0nature\xa0»\xa0: cette valeur n’existe pas.'), models.CheckConstraint(condition=models.Q(('state__in', ['refused', 'ready', 'applied', 'undone'])), name='audit_importbatch_state_known', violation_error_message='«\xa0état\xa0»\xa0: cette valeur n’existe pas.')],
            },
        ),
    ]
