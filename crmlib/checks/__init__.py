"""Inputs become numbers, arrays and columns, or a sentence in both languages says what is wrong: one dialect for all.

=====================  ================================================================================================
one value              `number`, `share`, `amount`, `whole`, `one_of`, `day`, `moment`
numbers of any shape   `numbers`: one number, a list, an array or a Series, for formulas that work on each;
                       `rates` (per period, not per cent); `fitting` compares their lengths
columns of customers   `lists` brings them to one length and index; then `floats`, `amounts`, `probabilities`,
                       `zero_one`, `both_kinds`, `labels`, `groups` convert each of them; `of_flags`, `blank`,
                       `one_each` (no lists in it)
dates                  `dates` (a column of any kind becomes pandas' own); `of_dates`
advice                 `no_dates`, `no_numbers`: what a column holds instead, and how it is converted, for each engine;
                       `are_dates`, `are_amounts`: whether texts could be read so
tables                 `frame`, `require_columns`, `column` (of a table, as floats), `unique_index`, `same_customers`,
                       `same_levels`
what says how          `names` (of columns), `settings` (by name), `flag` (True or False), `text`, `one_of`
models                 `refuse_unfitted`
ties                   `steady` makes equal what differs by the dust of floating point only
sentences              `refuse_rows` and `bad_rows` name the rows, `first` the first keys
=====================  ================================================================================================

A bool is no number, nor is a text ("60"); NaN and infinity are refused. A numpy number, an array without dimensions and
a Series or array of one element count as the number they hold. Errors are TypeError or ValueError, with a remedy.
"""

from crmlib.checks.columns import (
    BLANK,
    amounts,
    blank,
    both_kinds,
    column,
    floats,
    groups,
    labels,
    lists,
    one_each,
    probabilities,
    zero_one,
)
from crmlib.checks.dates import are_dates, dates, day, moment, no_dates, of_dates
from crmlib.checks.flags import of_flags
from crmlib.checks.models import refuse_unfitted
from crmlib.checks.money import are_amounts, no_numbers
from crmlib.checks.names import flag, names, settings, text
from crmlib.checks.tables import (
    bad_rows,
    first,
    frame,
    refuse_rows,
    require_columns,
    same_customers,
    same_levels,
    unique_columns,
    unique_index,
)
from crmlib.checks.ties import steady
from crmlib.checks.values import (
    RATE,
    amount,
    dimensions,
    fitting,
    number,
    numbers,
    one_of,
    quoted,
    rates,
    share,
    to_floats,
    whole,
)
