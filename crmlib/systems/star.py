"""The SQL of the warehouse: its tables, and the steps of a load from what was read of the CRM.

``accounts``, ``products`` and ``sold`` are what was read; ``since`` is the day from which a change counts.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS dim_date (date_key INTEGER PRIMARY KEY, date DATE, year INTEGER, quarter INTEGER,
    month INTEGER, day INTEGER, weekday INTEGER);
CREATE TABLE IF NOT EXISTS dim_customer (customer_key INTEGER PRIMARY KEY, account_id VARCHAR, kind VARCHAR,
    region VARCHAR, grade VARCHAR, valid_from DATE, valid_to DATE, current BOOLEAN);
CREATE TABLE IF NOT EXISTS dim_product (product_key INTEGER PRIMARY KEY, product_id VARCHAR, category VARCHAR,
    name VARCHAR);
CREATE TABLE IF NOT EXISTS dim_channel (channel_key INTEGER PRIMARY KEY, channel VARCHAR);
CREATE TABLE IF NOT EXISTS fact_sales (order_id BIGINT, product_key INTEGER, date_key INTEGER, customer_key INTEGER,
    channel_key INTEGER, quantity INTEGER, amount DECIMAL(14, 2), cost DECIMAL(14, 2),
    PRIMARY KEY (order_id, product_key));
CREATE TABLE IF NOT EXISTS etl_log (load_id INTEGER PRIMARY KEY, loaded_at TIMESTAMP, upto DATE, watermark TIMESTAMP,
    orders INTEGER, late_orders INTEGER, lines INTEGER, new_customers INTEGER, changed_customers INTEGER,
    new_products INTEGER);
INSERT OR IGNORE INTO dim_product VALUES (0, NULL, 'unknown', 'unknown');
INSERT OR IGNORE INTO dim_channel VALUES (0, 'unknown');
"""

# A version counts from the day after the last order loaded; the first one has always counted. Who changes twice with no
# order loaded in between keeps one new version: no fact can have seen the first.
CUSTOMERS = """
CREATE TEMP TABLE moved AS SELECT a.*, d.customer_key, d.valid_from FROM accounts a JOIN dim_customer d
    ON a.account_id = d.account_id AND d.current
    WHERE (a.kind, a.region, a.grade) IS DISTINCT FROM (d.kind, d.region, d.grade);
UPDATE dim_customer SET kind = moved.kind, region = moved.region, grade = moved.grade
    FROM moved WHERE dim_customer.customer_key = moved.customer_key AND moved.valid_from = getvariable('since');
UPDATE dim_customer SET valid_to = getvariable('since') - 1, current = FALSE
    FROM moved WHERE dim_customer.customer_key = moved.customer_key AND moved.valid_from < getvariable('since');
INSERT INTO dim_customer
    SELECT (SELECT coalesce(max(customer_key), 0) FROM dim_customer) + row_number() OVER (ORDER BY a.account_id),
        a.account_id, a.kind, a.region, a.grade,
        CASE WHEN m.account_id IS NULL THEN DATE '1900-01-01' ELSE getvariable('since') END, DATE '9999-12-31', TRUE
    FROM accounts a LEFT JOIN moved m USING (account_id)
    WHERE a.account_id NOT IN (SELECT account_id FROM dim_customer WHERE current);
"""

PRODUCTS = """
UPDATE dim_product SET category = p.category, name = p.name FROM products p WHERE dim_product.product_id = p.product_id;
INSERT INTO dim_product
    SELECT (SELECT max(product_key) FROM dim_product) + row_number() OVER (ORDER BY product_id),
        product_id, category, name
    FROM products WHERE product_id NOT IN (SELECT product_id FROM dim_product WHERE product_id IS NOT NULL);
"""

# What was paid for an order is shared out among its lines by their value at list price, to the fen: what the lines
# before it got is taken from what they should have together, so that their sum is that of the order.
FACTS = """
INSERT INTO dim_channel
    SELECT (SELECT max(channel_key) FROM dim_channel) + row_number() OVER (ORDER BY channel), channel
    FROM (SELECT DISTINCT channel FROM sold WHERE channel NOT IN (SELECT channel FROM dim_channel));
INSERT INTO dim_date
    SELECT year(day) * 10000 + month(day) * 100 + day(day), day, year(day), quarter(day), month(day), day(day),
        isodow(day)
    FROM (SELECT unnest(range(min(date_trunc('year', sold_at)), max(date_trunc('year', sold_at)) + INTERVAL 1 YEAR,
        INTERVAL 1 DAY))::DATE AS day FROM sold)
    WHERE day NOT IN (SELECT date FROM dim_date);
INSERT INTO fact_sales
    WITH valued AS (
        SELECT sold.*, quantity * p.price AS value, quantity * p.cost AS spent
        FROM sold LEFT JOIN products p USING (product_id)
    ), portions AS (
        SELECT *,
            coalesce(sum(value) OVER upto / nullif(sum(value) OVER whole, 0), count(*) OVER upto / count(*) OVER whole)
                AS of_amount,
            coalesce(sum(spent) OVER upto / nullif(sum(spent) OVER whole, 0), count(*) OVER upto / count(*) OVER whole)
                AS of_cost
        FROM valued WINDOW whole AS (PARTITION BY order_id), upto AS (PARTITION BY order_id ORDER BY product_id
            ROWS UNBOUNDED PRECEDING)
    ), summed AS (
        SELECT *, round(amount * of_amount, 2)::DECIMAL(14, 2) AS amount_upto,
            round(cost * of_cost, 2)::DECIMAL(14, 2) AS cost_upto FROM portions
    )
    SELECT s.order_id, coalesce(p.product_key, 0), year(sold_at) * 10000 + month(sold_at) * 100 + day(sold_at),
        c.customer_key, coalesce(h.channel_key, 0), coalesce(quantity, 0),
        amount_upto - lag(amount_upto, 1, 0) OVER before, cost_upto - lag(cost_upto, 1, 0) OVER before
    FROM summed s
    LEFT JOIN dim_product p ON s.product_id = p.product_id
    LEFT JOIN dim_channel h ON s.channel = h.channel
    LEFT JOIN dim_customer c ON s.account_id = c.account_id AND sold_at::DATE BETWEEN c.valid_from AND c.valid_to
    WINDOW before AS (PARTITION BY s.order_id ORDER BY s.product_id);
"""
