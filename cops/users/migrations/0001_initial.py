import cops.lib.matching
import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(error_messages={'unique': 'Un compte existe déjà pour cette adresse.'}, max_length=254, unique=True, verbose_name='adresse électronique')),
                ('full_name', models.CharField(max_length=150, verbose_name='nom complet')),
                ('role', models.CharField(blank=True, choices=[('', 'Aucun rôle propre'), ('agent', 'Agent du service'), ('administrator', 'Administrateur')], default='', max_length=20, verbose_name='rôle')),
                ('is_active', models.BooleanField(default=True, verbose_name='compte actif')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'compte',
                'verbose_name_plural': 'comptes',
                'ordering': ['full_name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalUser',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(db_index=True, error_messages={'unique': 'Un compte existe déjà pour cette adresse.'}, max_length=254, verbose_name='adresse électronique')),
                ('full_name', models.CharField(max_length=150, verbose_name='nom complet')),
                ('role', models.CharField(blank=True, choices=[('', 'Aucun rôle propre'), ('agent', 'Agent du service'), ('administrator', 'Administrateur')], default='', max_length=20, verbose_name='rôle')),
                ('is_active', models.BooleanField(default=True, verbose_name='compte actif')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='créé le')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical compte',
                'verbose_name_plural': 'historical comptes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Installation',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False, verbose_name='numéro')),
                ('profile', models.CharField(choices=[('demonstration', 'la démonstration'), ('production', 'la production')], max_length=20, verbose_name='profil')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créée le')),
            ],
            options={
                'verbose_name': 'installation',
                'verbose_name_plural': 'installation',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='users_installation_only_one', violation_error_message='Une base n’a qu’une installation.'), models.CheckConstraint(condition=models.Q(('profile__in', ['demonstration', 'production'])), name='users_installation_profile_known', violation_error_message='«\xa0profil\xa0»\xa0: cette valeur n’existe pas.')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='nom de la vue')),
                ('path', models.CharField(editable=False, max_length=200, verbose_name='liste')),
                ('query', models.CharField(blank=True, editable=False, max_length=2000, verbose_name='filtres')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
            ],
            options={
                'verbose_name': 'vue enregistrée',
                'verbose_name_plural': 'vues enregistrées',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='users_user_email_unique', violation_error_message='Un compte existe déjà pour cette adresse.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['', 'agent', 'administrator'])), name='users_user_role_known', violation_error_message='«\xa0rôle\xa0»\xa0: cette valeur n’existe pas.'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(models.F('user'), cops.lib.matching.SameSigns('name'), name='users_savedview_name_unique', violation_error_message='Vous avez déjà une vue de ce nom.'),
        ),
    ]
