"""Forms with which actions are entered, and what saves them."""
