"""Prices that several chapters share, in yuan: one thing has one price in all of them (assumptions of the course)."""

CALL = 6  # a short telephone call
DATES = 12  # the bag of dates that the autumn gift promised with the next order
