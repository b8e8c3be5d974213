"""A cube small enough for pencil and paper: three quarters, three towns, three kinds of goods at Qinghe. Invented."""

import pandas as pd

from crmlib.language import label

DIMS = ["quarter", "town", "category"]
UNIT = 10_000  # yuan of one unit of the amounts

# Invented sales in units of 10,000 yuan: by town and category, one number a quarter. The total grows and no town and no
# category falls, but fresh food in Yinghuo does, by more than half: only who drills into both sees it.
_SALES = {
    ("Changgeng", "Fresh food"): (15, 17, 20),
    ("Changgeng", "Dairy products"): (12, 12, 13),
    ("Changgeng", "Snacks"): (10, 11, 11),
    ("Yinghuo", "Fresh food"): (14, 10, 6),
    ("Yinghuo", "Dairy products"): (9, 11, 13),
    ("Yinghuo", "Snacks"): (8, 10, 12),
    ("Chenxing", "Fresh food"): (13, 15, 18),
    ("Chenxing", "Dairy products"): (10, 10, 10),
    ("Chenxing", "Snacks"): (8, 8, 8),
}


def cells():
    """Return the 27 cells with ``quarter``, ``town``, ``category`` in the language in use, ``amount`` (10,000 yuan).

    >>> cells().head(3)
      quarter       town        category  amount
    0      Q1  Changgeng      Fresh food      15
    1      Q1  Changgeng  Dairy products      12
    2      Q1  Changgeng          Snacks      10
    """
    quarters = label("Q1"), label("Q2"), label("Q3")
    words = {"Changgeng": label("Changgeng"), "Yinghuo": label("Yinghuo"), "Chenxing": label("Chenxing")}
    words |= {"Fresh food": label("Fresh food"), "Dairy products": label("Dairy products"), "Snacks": label("Snacks")}
    rows = [
        (quarter, words[town], words[category], amounts[place])
        for place, quarter in enumerate(quarters)
        for (town, category), amounts in _SALES.items()
    ]
    table = pd.DataFrame(rows, columns=[*DIMS, "amount"])
    for dim in DIMS:  # in the order above, not in that of the letters
        table[dim] = pd.Categorical(table[dim], categories=table[dim].unique(), ordered=True)
    return table
