"""Models that learn from data: that they have done so before they predict."""

from crmlib.language import say


def refuse_unfitted(model, attribute):
    """Refuse to predict with a model whose `attribute` a fit has not set yet.

    >>> refuse_unfitted("text", "split")
    """
    if not hasattr(model, attribute):
        name = type(model).__name__
        en, zh = f"This {name} has not been fitted: call fit(…) first.", f"这个 {name} 还没有拟合：请先用 fit(…)。"
        raise ValueError(say(en, zh))
