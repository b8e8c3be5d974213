"""Transaction logs: opened, their faults counted, summed up by day and by period; the same on every engine.

=============  ========================================================================================================
opening        `LogOptions` carries customer_id, date, amount, set_aside, refunds and end, the six parameters of every
               function that reads a log. ``frame, about = open_log(log, options)`` checks the log: `frame` is a lazy
               narwhals frame with columns customer_id, date and amount, `about` says rows, first, last, end, refunds
               and excluded. An `amount` by default is `IF_THERE`: ``options.if_money(log)`` drops it if there is none.
small tables   `collect` makes a lazy frame a `pandas.DataFrame`, `in_arrays` says whether numpy sums it up
by day         `daily`: one row for each customer and day. `purchases` drops those with refunds only
by customer    `by_customer`: one row for each customer, with first and last day, days, rows and money
by period      `by_period` numbers each row's month, quarter or week; `active` sums up by customer and period; `tidy`
               collects. `period_numbers`, `first_days`, `period_from` and `last_complete` convert days and numbers
bookkeeping    `with_rest` adds the rows after end to what is excluded, so that all rows of the log add up
=============  ========================================================================================================

`end` may lie in the future; a date in the future in the log is a fault unless `end` is given.
"""

from crmlib.logs.arrays import begun
from crmlib.logs.engines import collect, in_arrays, in_memory, lazy
from crmlib.logs.faults import refuse_many_periods
from crmlib.logs.opening import IF_THERE, LogOptions, open_log
from crmlib.logs.periods import (
    PERIODS,
    active,
    by_customer,
    by_period,
    daily,
    first_days,
    last_complete,
    period_from,
    period_numbers,
    purchases,
    tidy,
    up_to,
    with_rest,
)
