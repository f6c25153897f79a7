"""Forms of the accounts and of the invitation."""

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError

from cops.lib.forms import clean_text
from cops.users.forms import HELP_TO_CHOOSE
from cops.users.models import User

ROLE_HELP = (
    "L’agent saisit et évalue\u00a0; l’administrateur gère les comptes. Membres du conseil et pilotes n’ont "
    "pas de rôle propre\u00a0: leur accès suit leurs désignations et leurs actions."
)

OWN_ROLE_HELP = "Votre propre rôle ne peut être changé que par un autre administrateur."


class AccountForm(forms.ModelForm):
    """Name and role of an account; the address of a new one."""

    class Meta:
        model = User
        fields = ["full_name", "email", "role"]
        formfield_callback = staticmethod(clean_text)
        help_texts = {"role": ROLE_HELP, "email": "C’est à cette adresse que part l’invitation."}

    def clean_email(self) -> str:
        """Two constraints hold the address unique; asked here first, it is said once, at its field."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exists():
            raise ValidationError("Un compte existe déjà pour cette adresse.")
        return email


class AccountChangeForm(AccountForm):
    """Name and role of an account that exists: its address stays, and nobody changes their own role."""

    class Meta(AccountForm.Meta):
        fields = ["full_name", "role"]
        help_texts = {"role": ROLE_HELP}

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            self.fields["role"].disabled = True
            self.fields["role"].help_text = OWN_ROLE_HELP


class InvitationForm(SetPasswordForm):
    """The password that an invited person chooses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "Mot de passe"
        self.fields["new_password1"].help_text = HELP_TO_CHOOSE
        self.fields["new_password2"].label = "Mot de passe, une seconde fois"
