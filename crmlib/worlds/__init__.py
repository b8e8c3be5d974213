"""The firms of the course as its chapters leave them: tables and prices that later chapters or explorers need.

``from crmlib import qinghe, telecom, mailing`` finds them. A table that one chapter alone needs is computed there.
Each table is computed once and shared: do not change what these functions return.
"""
