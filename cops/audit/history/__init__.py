"""The history of each object in plain French, deed by deed, and the undo of a deed."""
