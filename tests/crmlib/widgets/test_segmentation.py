"""The explorers of chapter 05 at the places where they once failed."""

from tests.support.explorers import calls, make


def test_the_tiers_may_take_all_the_money():
    """What is left for the regulars is zero, not dust below it."""
    [call] = [call for call, _ in calls("05_segmentation") if "tier_explorer" in call]
    explorer = make("05_segmentation", call)
    for vip, dormant in ((0.6, 0.95), (0.35, 1.0), (0.85, 0.9)):
        explorer.put(vip=vip, dormant=dormant)
        assert "nan" not in explorer.words
