"""Who follows what is sent."""

import rules

from cops.users.rules import is_staff_member

rules.add_perm("mail.follow_messages", is_staff_member)
