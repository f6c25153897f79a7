"""The token of a link to choose another password."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.contenttypes.models import ContentType

from cops.audit.models import Event
from cops.users.models import User


class ResetTokens(PasswordResetTokenGenerator):
    """Links to choose another password: they end when the account is closed, for good."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        closings = Event.objects.filter(
            action=Event.Action.DEACTIVATED,
            subject_type=ContentType.objects.get_for_model(User),
            subject_id=str(user.pk),
        )
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}{closings.count()}"
