"""Prices that several chapters share, in yuan: one thing has one price in all of them (assumptions of the course)."""

CALL = 6  # a short telephone call
DATES = 12  # the bag of dates that the autumn gift promised with the next order

# What each of the eight services of Qinghe's Kano survey costs a year, and what may be spent on them (chapter 06).
FEATURES = {
    "fresh_undamaged": 180_000,
    "correct_bill": 60_000,
    "fast_refund": 120_000,
    "member_price": 400_000,
    "free_tasting": 100_000,
    "delivery_30min": 350_000,
    "app_themes": 40_000,
    "sales_calls": 80_000,
}
FEATURE_BUDGET = 360_000

# What it costs to raise a quality by one point as customers perceive it (1 to 7), and what may be spent (chapter 06).
QUALITY_COSTS = {
    "tangibles": 50_000,
    "reliability": 400_000,
    "responsiveness": 200_000,
    "assurance": 120_000,
    "empathy": 100_000,
}
QUALITY_BUDGET = 100_000

# Loyalty at Qinghe (chapter 07): a point; a satisfied household made very satisfied for a year; a paid membership.
POINT = 0.01
DELIGHT = 60
MEMBERSHIP_FEE, MEMBERSHIP_DISCOUNT = 99, 0.03
SATISFACTION_WORTH = 1_000_000  # what one point (1 to 7) of weighted satisfaction is worth a year
