"""Clusters: customers who resemble each other in several features, found by k-means."""

import warnings

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

# With two starts the stability of Qinghe's six clusters was 0.92, with ten it is 0.99 and stays there with forty: fewer
# starts measure unlucky starts instead of the samples.
STARTS = 10


def scale(features, log=()):
    """Bring features to mean 0 and standard deviation 1, so that each counts the same in a distance.

    `features` is a table of numbers, one row a customer; `log` names columns with a long tail, of which the logarithm
    log(1 + x) is taken first.

    >>> scale(pd.DataFrame({"visits": [1, 2, 3], "spend": [0, 9, 99]}), log="spend").round(2)
       visits  spend
    0   -1.22  -1.22
    1    0.00   0.00
    2    1.22   1.22
    """
    log = checks.names(log, "log")
    checks.require_columns(checks.frame(features, "features").columns, log)
    scaled = {}
    for name in features:
        numbers = checks.column(features, name, least=0 if name in log else None)
        numbers = np.log1p(numbers) if name in log else numbers
        spread = numbers.std()
        if spread <= 1e-12 * max(1.0, np.abs(numbers).max()):
            en = f'Column "{name}" is constant: it tells no customer from another. Leave it out.'
            raise ValueError(say(en, f"“{name}”列是常数，区分不了任何客户：请去掉这一列。"))
        scaled[name] = (numbers - numbers.mean()) / spread
    return pd.DataFrame(scaled, index=features.index)


def cluster(features, k, *, log=(), by=None, seed=0):
    """Divide customers into `k` clusters, 0 to k - 1, by k-means (Lloyd) on scaled features, whatever the rows' order.

    Features are scaled first (see `scale`, also for `log`), so units do not matter. `by` is a feature that orders the
    labels: cluster 0 has its highest mean; without it, cluster 0 is the largest. `seed` is that of the ten random
    starts, of which the best is kept.

    >>> features = pd.DataFrame({"visits": [1, 2, 1, 20, 22], "basket": [50, 55, 52, 8, 9]}, index=list("ABCDE"))
    >>> cluster(features, 2).to_dict()
    {'A': 0, 'B': 0, 'C': 0, 'D': 1, 'E': 1}
    """
    named = [] if by is None else checks.names(by, "by")
    if by is not None and len(named) != 1:
        en = f"by = {checks.quoted(by)}: the name of one feature is needed."
        raise ValueError(say(en, f"by = {checks.quoted(by)} 不对：应为一个特征的列名。"))
    checks.require_columns(checks.frame(features, "features").columns, named)
    points = scale(features, log).to_numpy()
    k = _check_k(points, k)
    order = np.lexsort(points.T)
    found = np.empty(len(points), dtype=int)
    found[order] = kmeans(points[order], k, seed=seed)[1][0]
    lead = np.bincount(found, minlength=k) if by is None else features[named[0]].groupby(found).mean().to_numpy()
    centres = [points[found == label].mean(axis=0) for label in range(k)]
    ranking = sorted(range(k), key=lambda label: (-lead[label], *centres[label]))
    return pd.Series(np.argsort(ranking)[found], index=features.index, name="cluster")


def choose_k(features, ks=range(2, 8), *, log=(), resamples=20, seed=0):
    """Judge numbers of clusters: how tight, how separate, and how stable when the customers are drawn again.

    Sources: Rousseeuw (1987), J. Comp. Appl. Math. 20; Hennig (2007), Comp. Statistics and Data Analysis 52(1).

    Parameters
    ----------
    features, log, seed : see `cluster`
    ks, resamples : sequence of int, int
        Numbers of clusters to try; bootstrap samples for the stability, at least 2.

    Returns
    -------
    pandas.DataFrame
        Index ``k``; ``inertia`` (sum of squared distances to the centre; it always falls), ``silhouette`` (-1 to 1; on
        2,000 customers drawn at random if there are more) and ``stability`` (mean adjusted Rand index, 1 = the same,
        between the clusters found in a bootstrap sample and those found in all customers, both judged on all).

    Examples
    --------
    >>> centres = np.repeat([[0, 0], [9, 0], [0, 9]], 30, axis=0) + np.random.default_rng(1).normal(size=(90, 2))
    >>> int(choose_k(pd.DataFrame(centres), range(2, 5), resamples=2)["silhouette"].idxmax())
    3
    """
    from sklearn.metrics import adjusted_rand_score, pairwise_distances, silhouette_score

    resamples = checks.whole(checks.whole(resamples, "resamples", least=2), "resamples", least=2, most=10_000)
    points = scale(features, log).to_numpy()
    numbers = checks.numbers(list(ks) if isinstance(ks, range) else ks, "ks")
    points = points.astype("float32")  # in which they are divided, and may be equal
    ks = [_check_k(points, k, "ks") for k in numbers.ravel()]
    if not ks:
        en = "ks is empty: give the numbers of clusters to try, such as range(2, 8)."
        raise ValueError(say(en, "ks 是空的：请给出要比较的类数，例如 range(2, 8)。"))
    points = points[np.lexsort(points.T)]
    shown, samples = draw_samples(len(points), resamples, seed)
    judged = {}
    with _one_thread():
        distances = pairwise_distances(points[shown])
        np.fill_diagonal(distances, 0)
        for k in ks:
            models, (labels, *again) = kmeans(points, k, samples, seed)
            seen = labels[shown]
            several = 1 < len(np.unique(seen)) < len(seen)
            judged[k] = {
                "inertia": float(models[0].inertia_),
                "silhouette": float(silhouette_score(distances, seen, metric="precomputed")) if several else np.nan,
                "stability": float(np.mean([adjusted_rand_score(labels, other) for other in again])),
            }
    return pd.DataFrame.from_dict(judged, orient="index").rename_axis("k")


def draw_samples(count, resamples, seed=0):
    """Draw the customers that the silhouette looks at (2,000 at most), and bootstrap samples of all, by position.

    >>> shown, samples = draw_samples(3, resamples=2)
    >>> shown.tolist(), [len(sample) for sample in samples]
    ([2, 0, 1], [3, 3])
    """
    rng = np.random.default_rng(checks.whole(seed, "seed"))
    return rng.permutation(count)[:2000], [rng.integers(count, size=count) for _ in range(resamples)]


def kmeans(points, k, samples=(), seed=0):
    """Fit k-means to an array of points and to each sample of them; return the models and each one's cluster by point.

    >>> models, labels = kmeans(np.array([[1.0], [2.0], [9.0]]), 2, samples=[[0, 2, 2]])
    >>> [len(set(found)) for found in labels]
    [2, 2]
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    seed = checks.whole(seed, "seed", most=2**32 - 1 - len(samples))
    with _one_thread(), warnings.catch_warnings():
        # A sample drawn with replacement may hold fewer different customers than there are clusters.
        warnings.simplefilter("ignore", ConvergenceWarning)
        drawn = enumerate([points, *(points[sample] for sample in samples)])
        models = [KMeans(k, n_init=STARTS, random_state=seed + number).fit(seen) for number, seen in drawn]
        return models, [models[0].labels_, *(model.predict(points) for model in models[1:])]


def _one_thread():
    """On a few thousand customers threads only wait for each other: on a busy laptop a fit took 20 times as long."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def _check_k(points, k, name="k"):
    k = checks.whole(k, name, least=2)
    if k > len(points):
        en = f"{name} = {k} clusters of {len(points)} customers: choose a smaller {name}."
        raise ValueError(say(en, f"只有 {len(points)} 个客户，分不成 {name} = {k} 类：请减小 {name}。"))
    different = len(np.unique(points, axis=0))
    if k > different:
        en = f"{name} = {k} clusters, but only {different} customers differ from each other: choose a smaller {name}."
        raise ValueError(say(en, f"互不相同的客户只有 {different} 个，分不成 {name} = {k} 类：请减小 {name}。"))
    return k


def profile(features, labels):
    """Describe clusters: number of ``customers``, ``share`` of them, and the mean of each feature in its own unit.

    `labels` is a Series, the cluster or class of each customer of the table `features`, in any order.

    >>> features = pd.DataFrame({"visits": [1, 3, 20], "basket": [50, 54, 8]}, index=list("ABC"))
    >>> profile(features, pd.Series([0, 0, 1], index=list("ABC"), name="cluster"))
             customers     share  visits  basket
    cluster
    0                2  0.666667     2.0    52.0
    1                1  0.333333    20.0     8.0
    """
    features, labels = checks.frame(features, "features"), checks.labels(labels, "labels")
    labels = checks.same_customers(features, labels, "features", "labels")
    clash = [name for name in ("customers", "share") if name in features]
    if clash:
        en = f"{', '.join(clash)}: the profile has columns of this name, rename the feature."
        raise ValueError(say(en, f"{'、'.join(clash)}：结果表中有同名的列，请给这个特征改名。"))
    values = pd.DataFrame({name: checks.column(features, name) for name in features}, index=features.index)
    groups = values.groupby(labels, observed=True)
    size = groups.size()
    return pd.concat([size.rename("customers"), (size / len(values)).rename("share"), groups.mean()], axis=1)
