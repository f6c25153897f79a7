"""Forms with which contracts are entered and amended."""
