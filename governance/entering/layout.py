"""How the forms of this room are laid out."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout


def entry_helper(*parts: Any) -> FormHelper:
    """A form inside the page's own form element, with the fields that notice other writers."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout("version", "contested", *parts)
    return helper
