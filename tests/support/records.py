"""Records that the tests of record linkage share."""

import pandas as pd

# Three records of one lady, one of her father, one of a neighbour.
FIVE = pd.DataFrame(
    [
        ("麦小满", "Mai Xiaoman", "10012345678", None, "1990-05-03", "启明城土星路18号", "mai@example.com"),
        ("麦晓满", "MAI  Xiaoman", "10012345679", None, "1990-03-05", "启明城土星路十八号", "MAI@example.com"),
        ("麦小满", "Mai Xiaomn", "10099999999", "10012345678", None, "土星路18号", None),
        ("麦立春", "Mai Lichun", "10012345678", "", "1962-01-31", "启明城土星路18号", None),
        ("谷雨田", "Gu Yutian", "10055555555", None, "1962-01-30", "启明城土星路19号", None),
    ],
    columns=["name", "pinyin", "phone", "phone_2", "birthday", "address", "email"],
    index=["Q1", "Q2", "Q3", "Q4", "Q5"],
)
