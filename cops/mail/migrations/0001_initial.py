import cops.mail.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('documents', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.EmailField(max_length=254, verbose_name='destinataire')),
                ('subject', models.CharField(max_length=200, verbose_name='objet')),
                ('body', models.TextField(blank=True, verbose_name='texte')),
                ('is_private', models.BooleanField(default=False, help_text='Le texte est oublié après l’envoi, réussi ou non.', verbose_name='contient un lien personnel')),
                ('calendar', models.TextField(blank=True, help_text='Texte iCalendar (RFC 5545).', verbose_name='invitation d’agenda')),
                ('state', models.CharField(choices=[('waiting', 'En attente'), ('sending', 'En cours d’envoi'), ('sent', 'Envoyé'), ('failed', 'Échec'), ('uncertain', 'Incertain')], default='waiting', max_length=10, verbose_name='état')),
                ('message_id', models.CharField(default=cops.mail.models.new_message_id, max_length=200, unique=True, verbose_name='Message-ID')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='erreur')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='mis en file le')),
                ('taken_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='envoi commencé le')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='envoyé le')),
                ('documents', models.ManyToManyField(blank=True, related_name='+', to='documents.document', verbose_name='pièces jointes')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AccessLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('invitation', 'Invitation à ouvrir un compte'), ('reply', 'Réponse à une convocation')], max_length=20, verbose_name='usage')),
                ('target_id', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='identifiant de l’objet')),
                ('token_digest', models.CharField(editable=False, max_length=64, unique=True, verbose_name='empreinte')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('expires_at', models.DateTimeField(verbose_name='expire le')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='utilisé le')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='révoqué le')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='créé par')),
                ('target_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype', verbose_name='type d’objet')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='access_links', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='access_links', to='mail.message', verbose_name='message')),
            ],
            options={
                'verbose_name': 'lien personnel',
                'verbose_name_plural': 'liens personnels',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='mail_message_sent_at', violation_error_message='Un message envoyé a une date d’envoi, un autre n’en a pas.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sending', 'sent', 'failed', 'uncertain'])), name='mail_message_state_known', violation_error_message='«\xa0état\xa0»\xa0: cette valeur n’existe pas.'),
        ),
        migrations.AddConstraint(
            model_name='accesslink',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='mail_accesslink_expires_after_creation', violation_error_message='Un lien expire après sa création.'),
        ),
        migrations.AddConstraint(
            model_name='accesslink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'invitation'), ('user__isnull', False)), models.Q(('purpose', 'reply'), ('target_id__isnull', False), ('target_type__isnull', False)), _connector='OR'), name='mail_accesslink_opens_something', violation_error_message='Un lien ouvre un compte ou un objet.'),
        ),
        migrations.AddConstraint(
            model_name='accesslink',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['invitation', 'reply'])), name='mail_accesslink_purpose_known', violation_error_message='«\xa0usage\xa0»\xa0: cette valeur n’existe pas.'),
        ),
    ]
