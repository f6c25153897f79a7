"""Forms with which the council is entered."""
