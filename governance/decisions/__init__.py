"""What meetings decide: entering it, what was done about it, what it brought about."""
