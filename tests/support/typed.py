"""What a student might type into the exercises of each chapter, and what the check must then say."""

from crmlib.exercises import key
from crmlib.language import say

# What a student might type in a chapter, and what it is: wrong roads of different kinds (a wrong quantity, a slip of
# units, a wrong input, a wrong type), and the right answer.
TYPED = {
    "01_overview": [
        ("overview.a_year", "a_year", "12 * 3", "one_week"),
        ("overview.mean_of_li", "mean_of_li", '"cheap"', "kind"),
        ("overview.mean_of_li", "mean_of_li", "ledger[ledger['customer'] == 'Li']['amount'].mean()", "right"),
        ("overview.best_customer", "best_customer", "by_customer.max()", "in_yuan"),
        ("overview.best_customer", "best_customer", "...", "unanswered"),
    ],
    "02_relationship": [
        (
            "relationship.worth_of_trust",
            "honest_worth, cheat_worth, least_q",
            "deal['T'] + deal_chance * deal['P'] / (1 - deal_chance), deal['R'] / (1 - deal_chance), 0.5",
            "swapped",
        ),
        (
            "relationship.worth_of_trust",
            "honest_worth, cheat_worth, least_q",
            "deal['R'] / (1 - deal_chance), deal['T'] + deal_chance * deal['P'] / (1 - deal_chance), "
            "(deal['T'] - deal['R']) / (deal['T'] - deal['P'])",
            "right",
        ),
        ("relationship.highest_bonus", "highest_bonus", '"fifty"', "kind"),
        ("relationship.highest_bonus", "highest_bonus", "...", "unanswered"),
    ],
    "03_lifecycle": [
        ("lifecycle.deleted", "deleted", "1000 * 0.7 * 0.8 * 0.85 * 0.95", "never_back"),
        ("lifecycle.deleted", "deleted", '"most of them"', "kind"),
        ("lifecycle.break_even_price", "break_even_price", "0.05 * 40", "one_order"),
        ("lifecycle.break_even_price", "break_even_price", "2.43", "right"),
        ("lifecycle.break_even_price", "break_even_price", "...", "unanswered"),
    ],
    "04_value": [
        ("value.losing_share", "losing_share", "5 / 12", "share_of_customers"),
        ("value.milk_break_even", "break_even_retention", "150 * 1.12 / (30 + 150)", "yearly_rate"),
        ("value.milk_break_even", "break_even_retention", "150 * 1.01 / (120 + 150)", "price_for_margin"),
        ("value.milk_break_even", "break_even_retention", '"84 %"', "kind"),
        ("value.milk_break_even", "break_even_retention", "150 * 1.01 / (30 + 150)", "right"),
        ("value.milk_break_even", "break_even_retention", "...", "unanswered"),
    ],
    "05_segmentation": [
        (
            "segmentation.surplus_catalogues",
            "saved",
            "(len(agreed := records[records['consent'] == 1]) - agreed['person'].nunique()) * catalogue",
            "one_mailing",
        ),
        ("segmentation.still_alone", "still_alone", '"one in four"', "kind"),
        (
            "segmentation.still_alone",
            "still_alone",
            "(careless.groupby([careless['birthday'].str[:4], 'market'])['market'].transform('size') == 1).mean()",
            "right",
        ),
        ("segmentation.still_alone", "still_alone", "...", "unanswered"),
    ],
    "06_satisfaction": [
        (
            "satisfaction.bakery_index",
            "bakery_index",
            "((raw.replace(99, np.nan).mean(axis=1) - 1) / 4 * 100).mean()",
            "not_reversed",
        ),
        ("satisfaction.bakery_index", "bakery_index", '"three of four"', "kind"),
        (
            "satisfaction.bakery_index",
            "bakery_index",
            "((raw.replace(99, np.nan).assign(waited=lambda t: 6 - t['waited']).mean(axis=1) - 1) / 4 * 100).mean()",
            "right",
        ),
        (
            "satisfaction.weight_of_prices",
            "weight_of_prices",
            'r_squared("prices") / r_squared("prices", "reach")',
            "first_only",
        ),
        ("satisfaction.bakery_index", "bakery_index", "...", "unanswered"),
    ],
    "07_loyalty": [
        ("loyalty.debt_in_points", "debt", 'flow["outstanding"].iloc[-1] * qinghe.POINT', "every_point"),
        ("loyalty.worth_of_a_fan", "fan", "loyalty.value_of_a_fan(worth, m)", "ordinary_customer"),
        ("loyalty.worth_of_a_fan", "fan", '"twice as much"', "kind"),
        (
            "loyalty.worth_of_a_fan",
            "fan",
            "worth + respondents[respondents['nps'] >= 9]['referrals'].mean() * worth / (1 - m)",
            "right",
        ),
        ("loyalty.worth_of_a_fan", "fan", "...", "unanswered"),
    ],
    "08_churn": [
        ("churn.passive_cases", "passive", '{"A", "H"}', "rival"),
        ("churn.right_thirty", "thirty_percent", 'earned.loc[0.30, "risk"]', "highest_risk"),
        (
            "churn.save_the_telecom",
            "probability, chosen",
            "(p := pd.Series(new_model().fit(attributes.join(before)[held.columns], leaving)"
            ".predict_proba(held.fillna({'total_charges': 0}))[:, 1], index=held.index)), p >= 0.5",
            "half",
        ),
        ("churn.calls_must_keep", "calls_must_keep", "6 / worth_of_warned", "no_false_alarms"),
        ("churn.calls_must_keep", "calls_must_keep", '"one in ten"', "kind"),
        ("churn.calls_must_keep", "calls_must_keep", "6 / (leave_rate * worth_of_warned)", "right"),
        ("churn.calls_must_keep", "calls_must_keep", "...", "unanswered"),
    ],
    "09_systems": [
        (
            "systems.busiest_month",
            "busiest_month, most_complaints",
            'pd.read_sql(text("SELECT substr(opened, 1, 7), count(*) AS n FROM tickets '
            """WHERE kind = 'complaint' GROUP BY 1 ORDER BY n DESC"), database).loc[0]""",
            "both_years",
        ),
        ("systems.mean_gap", "mean_gap", '"every two weeks"', "kind"),
        (
            "systems.mean_gap",
            "mean_gap",
            "year[year['channel'] == 'app'].sort_values('at').groupby('account_id')['at'].diff().dt.days.mean()",
            "hours_cut_off",
        ),
        (
            "systems.mean_gap",
            "mean_gap",
            "year[year['channel'] == 'app'].assign(day=year['at'].dt.normalize()).sort_values('day')"
            ".groupby('account_id')['day'].diff().dt.days.mean()",
            "right",
        ),
        (
            "systems.bread_nappies_milk",
            "milk_support, milk_confidence, milk_lift",
            "2/5, 2/3, 2/3 - 4/5",
            "lift_as_difference",
        ),
        (
            "systems.rule_profits",
            "best_profit, lift_leader_profit",
            "(earned := (rules['count'] / rules['confidence'] - rules['count']) * (persuaded * "
            "rules['consequent'].map(assortment['price']) - shown_for)).max(), earned[0]",
            "price_for_margin",
        ),
        (
            "systems.erlang_by_hand",
            "share_waiting, seconds_waiting",
            "(told := systems.erlang_c(100, handle_seconds, 14))['wait_probability'], told['asa'] / 60",
            "wait_in_minutes",
        ),
        ("systems.project_days", "project_days, days_saved", "110, 20", "work_saved"),
        ("systems.top_20_share", "top_20_share", "...", "unanswered"),
    ],
}


def sentence(exercise, what):
    """What the box must say, in the language in use."""
    known = key.find(exercise)
    sentences = {road.name: road.message for road in known.roads}
    sentences |= {
        "unanswered": f'hint("{exercise}")',
        "kind": say("The answer should be one number", "答案应该是一个数"),
    }
    if what == "right":
        return say(known.right["en"], known.right["zh"])
    return sentences[what]
