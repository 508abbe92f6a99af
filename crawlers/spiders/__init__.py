"""One spider a kind of source; `walk` holds what they share."""
