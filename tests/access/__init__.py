"""Who reaches what: a decision for every address × role × method.

`tests/test_access.py` sends every request of this table and fails where the answer differs, and where an
address of the site is missing from it.
"""

from tests.access import contract, governance, house
from tests.access.decisions import LOGIN, METHODS, ROLES, Route, World

ROUTES = [*house.ROUTES, *contract.ROUTES, *governance.ROUTES]

__all__ = ["LOGIN", "METHODS", "ROLES", "ROUTES", "Route", "World"]
