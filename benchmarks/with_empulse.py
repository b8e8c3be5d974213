"""The expected maximum profit in empulse: a function for the profit, another for the share to contact."""

import pandas as pd
from empulse.metrics import empc_score


def profit(file):
    data = pd.read_parquet(file)
    churned, score = data["churned"].to_numpy(), data["score"].to_numpy()
    return lambda: pd.DataFrame({"estimate": [empc_score(churned, score), empc_score.optimal_rate(churned, score)]})
