"""The crisis cell: the restricted formation gathered on a major event, and its logbook."""
