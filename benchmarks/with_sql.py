"""RFM and cohorts as an analyst writes them by hand, in DuckDB's SQL; DuckDB also sorts, scores and pivots."""

import duckdb

RFM = """
WITH days AS (
    SELECT customer_id, CAST(date AS DATE) AS day, sum(amount) AS spend FROM read_parquet(?) GROUP BY ALL
), customers AS (
    SELECT customer_id, max(day) AS last, count(*) AS purchases, sum(spend) AS spend FROM days GROUP BY customer_id
)
SELECT customer_id, (SELECT max(last) FROM customers) - last AS days_since_last, purchases, spend,
    ceil(row_number() OVER (ORDER BY last, customer_id) * 5 / count(*) OVER ()) AS r,
    ceil(row_number() OVER (ORDER BY purchases, customer_id) * 5 / count(*) OVER ()) AS f,
    ceil(row_number() OVER (ORDER BY round(spend, 6), customer_id) * 5 / count(*) OVER ()) AS m
FROM customers ORDER BY customer_id
"""

COHORTS = """
WITH months AS (
    SELECT DISTINCT customer_id, CAST(date_trunc('month', date) AS DATE) AS month FROM read_parquet(?)
), firsts AS (
    SELECT month, min(month) OVER (PARTITION BY customer_id) AS cohort FROM months
)
SELECT cohort, date_diff('month', cohort, month) AS age, count(*) AS customers FROM firsts GROUP BY ALL
"""


def rfm(file):
    return lambda: duckdb.execute(RFM, [file]).df().set_index("customer_id")


def cohorts(file):
    return lambda: duckdb.execute(COHORTS, [file]).df().pivot(index="cohort", columns="age", values="customers")
