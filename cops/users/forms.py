"""The account forms of allauth with our labels: no text inside the fields, codes typed on a number pad.

And the name of a saved view.
"""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as second_factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import encrypt
from django import forms

from cops.lib.forms import clean_text, cleaning
from cops.lib.french import exact_key
from cops.lib.matching import SameSigns
from cops.users.models import SavedView

HELP_TO_CHOOSE = (
    "Douze caractères au moins, par exemple quatre mots sans rapport entre eux. Les mots de passe courants, "
    "faits seulement de chiffres ou proches de votre nom sont refusés."
)
CODE_HELP = "Six chiffres, affichés par votre application."
CODE_OR_RECOVERY_HELP = "Six chiffres, affichés par votre application, ou l’un de vos codes de secours."


class OwnLabels(forms.Form):
    """Replaces the labels and help texts of a form of allauth by `labels` and `helps`, and its text fields by
    ours: an address or a code that was copied may bring signs that nobody sees."""

    labels: dict[str, str] = {}
    helps: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput):
                self.fields[name] = field = cleaning(field)
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            if name == "code":
                field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class LoginForm(OwnLabels, account.LoginForm):
    labels = {"login": "Adresse électronique"}


class ResetPasswordForm(OwnLabels, account.ResetPasswordForm):
    labels = {"email": "Adresse électronique"}


class ChangePasswordForm(OwnLabels, account.ChangePasswordForm):
    labels = {"password2": "Nouveau mot de passe, une seconde fois"}
    helps = {"password1": HELP_TO_CHOOSE}


class ResetPasswordKeyForm(OwnLabels, account.ResetPasswordKeyForm):
    labels = {"password2": "Nouveau mot de passe, une seconde fois"}
    helps = {"password1": HELP_TO_CHOOSE}


class ReauthenticateForm(OwnLabels, account.ReauthenticateForm):
    pass


class SecondFactorForm(OwnLabels, second_factor.AuthenticateForm):
    labels = {"code": "Code"}
    helps = {"code": CODE_OR_RECOVERY_HELP}


class SecondFactorReauthenticateForm(OwnLabels, second_factor.ReauthenticateForm):
    labels = {"code": "Code"}
    helps = {"code": CODE_OR_RECOVERY_HELP}


class ActivateSecondFactorForm(OwnLabels, totp.ActivateTOTPForm):
    labels = {"code": "Code affiché par l’application"}
    helps = {"code": CODE_HELP}

    def clean_code(self) -> str:
        """A code works once, also the one that activates: it is used up as if it had logged in."""
        code: str = super().clean_code()
        factor = Authenticator(
            user=self.user, type=Authenticator.Type.TOTP, data={"secret": encrypt(self.secret)}
        )
        if not TOTP(factor).validate_code(code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SavedViewForm(forms.ModelForm):
    """The name of a view; its owner, list and filters are the instance's."""

    MOST = 50

    class Meta:
        model = SavedView
        fields = ["name"]
        formfield_callback = staticmethod(clean_text)
        help_texts = {"name": "Par exemple « À relancer » ou « Actions 2012 de la CAF »."}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        own = SavedView.objects.visible_to(self.instance.user).annotate(key=SameSigns("name"))
        known = own.filter(key=exact_key(name)).first()
        if known is not None:
            raise forms.ValidationError(
                f"Vous avez déjà une vue «\u00a0{known}\u00a0» : choisissez un autre nom."
            )
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if len(self.instance.query) > SavedView.LONGEST_QUERY:
            raise forms.ValidationError("Cette liste a trop de filtres pour être gardée : retirez-en.")
        if SavedView.objects.visible_to(self.instance.user).count() >= self.MOST:
            raise forms.ValidationError(
                f"Vous avez déjà {self.MOST} vues : supprimez-en une depuis sa liste, puis recommencez."
            )
        return cleaned
