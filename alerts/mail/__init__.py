"""The mails: one function each, from plain values to a Letter."""
