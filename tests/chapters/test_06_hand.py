"""Chapter 06's labs by hand: a few answers from the givens of their questions, with a pocket calculator."""

import pytest

from crmlib.exercises import check, key


def answers(name):
    return [answer.value for answer in key.find(f"satisfaction.{name}").answers]


def test_the_bakery_is_the_mean_of_eight_guests():
    # Means of what each answered, waited turned: 5, 4.25, 3.75, 1.75, 13/3, 3, 5, 3.75; each less 1, by 4, times 100.
    means = [5, 4.25, 3.75, 1.75, 13 / 3, 3, 5, 3.75]
    assert answers("bakery_index") == pytest.approx([sum(25 * (mean - 1) for mean in means) / 8])


def test_the_app_has_fewer_promoters_than_detractors():
    # Of 250 in Qiming 55 said 9 or 10 and 120 said 0 to 6: 0.22 - 0.48; variance 0.70 - 0.26² over 250.
    assert answers("app_nps") == pytest.approx([-0.26, (0.6324 / 250) ** 0.5])


def test_a_fall_of_ten_points_takes_a_thousand_answers_a_month():
    # 272 promoters and 400 detractors of 1,000: v = 0.672 - 0.128². 2 · (1.95996 + 0.84162)² · v / 0.01 = 1,029.2.
    v = 0.672 - 0.128**2
    assert answers("answers_each_month") == [1 + int(2 * 2.801585**2 * v / 0.01)]


def test_delivery_pleases_more_than_its_absence_annoys():
    # Of 300 answers: A 140, O 35, M 54, I 62, Q 9; of the 291 that count 175 and 89.
    assert answers("delivery_better") == pytest.approx([175 / 291, -89 / 291])


def test_the_new_town_is_left_with_ten_thousand_yuan():
    # 700,000 - 180,000 - 60,000 - 350,000 leave 110,000: the tasting fits at 100,000, the refund does not at 120,000.
    built, left = answers("new_town")
    assert set(built) == {"fresh_undamaged", "correct_bill", "delivery_30min", "free_tasting"} and left == 10_000


def test_saatys_drinks_come_near_to_what_he_published():
    # Saaty (2008): water 0.327, consistency ratio 0.022; means of divided columns instead of the eigenvector.
    assert answers("drinks") == pytest.approx([0.327, 0.022], abs=0.0025)


def test_the_hall_is_weighted_by_hand():
    # 0.35 · 0.15 + 0.25 · 0.42 + 0.15 · 0.25 + 0.25 · 0.48; satisfied 0.355, dissatisfied 0.33.
    assert answers("fuzzy_hall") == pytest.approx([0.315, 31.5 + 0.355 * 75 + 0.33 * 40])


def test_the_paths_multiply_along_and_add_across():
    # The coefficients to three digits: 0.512 + 0.558 · 0.195; 0.485 + 0.528 · 0.067.
    assert answers("along_the_paths") == pytest.approx([0.6208, 0.5204], abs=1e-3)


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("bakery_index", [60.9375], "not_reversed"),
        ("bakery_index", [3.854], "not_stretched"),
        ("alpha_of_nine", [0.9126, 0.0141], "straight_liners_kept"),
        ("alpha_of_nine", [0.8985, -0.01407], "other_sign"),
        ("app_nps", [-0.26, 0.0025296], "no_root"),
        ("answers_each_month", [515], "two_forgotten"),
        ("delivery_better", [175 / 300, -89 / 300], "questionable_counted"),
        ("delivery_better", [175 / 291, 89 / 291], "sign_of_worse"),
        ("new_town", [{"fresh_undamaged", "correct_bill", "delivery_30min"}, 110_000], "must_be_alone"),
        ("fuzzy_hall", [63, 14_265], "votes_not_shares"),
        ("along_the_paths", [0.51202, 0.48548], "direct_only"),
        ("bakery_index", [70.0893], "questions_first"),
        ("bakery_index", [0.7135], "as_a_share"),
        ("alpha_of_nine", [89.85, 1.407], "percent"),
        ("app_nps", [-26.0, 0.050294], "points_not_shares"),
        ("app_nps", [-0.26, 5.0294], "error_in_points"),
        ("app_nps", [-0.26, ((0.22 * 0.78 + 0.48 * 0.52) / 250) ** 0.5], "independent_shares"),
        ("delivery_better", [17500 / 291, -89 / 291], "percent"),
        ("delivery_better", [17500 / 291, -8900 / 291], "both_in_percent"),
        ("delivery_better", [175 / 291, -8900 / 291], "worse_in_percent"),
        ("drinks", [0.3268, 0.02227], "eigenvector_weights"),
    ],
)
def test_the_traps_of_the_labs_are_named(exercise, given, road):
    assert check(f"satisfaction.{exercise}", *given).misconception == road


def test_one_to_eleven_and_an_item_not_turned_are_refused_by_the_library_too(language):
    import pandas as pd

    from crmlib import satisfaction

    with pytest.raises(ValueError, match="1–11"):
        satisfaction.nps([11, 10, 9, 1])
    items = pd.DataFrame({"friendly": [5, 4, 2, 1], "easy": [5, 5, 2, 1], "waited": [1, 2, 4, 5]})
    with pytest.raises(ValueError, match="waited"):
        satisfaction.cronbach_alpha(items)
