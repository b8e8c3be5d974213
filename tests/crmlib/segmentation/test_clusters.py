"""Clusters: planted ones are found, sklearn agrees, bad features are refused."""

import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from threadpoolctl import threadpool_limits

from crmlib import segmentation as seg
from tests.support.refusals import refuses


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """On so few points threads only wait for each other, the peer's too."""
    import sklearn.cluster  # noqa: F401  # what is not loaded yet would not be limited

    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def blobs():
    """Four planted groups of different sizes; spend in yuan and with a long tail, visits in numbers."""
    rng = np.random.default_rng(8)
    truth = pd.Series(np.repeat([0, 1, 2, 3], [300, 200, 120, 80]), index=[f"C{i:04}" for i in range(700)])
    centres = np.array([[0, 0, 0], [4, 0, 0], [0, 4, 4], [4, 4, 0]])
    points = centres[truth] + rng.normal(0, 0.6, (700, 3))
    features = pd.DataFrame(
        {"visits": points[:, 0] * 10 + 50, "discount": points[:, 1], "spend": np.exp(points[:, 2] + 4)},
        index=truth.index,
    )
    return features.sample(frac=1, random_state=0), truth


def test_scale_is_sklearns(blobs):
    from sklearn.preprocessing import StandardScaler

    features, _ = blobs
    expected = StandardScaler().fit_transform(features.assign(spend=np.log1p(features["spend"])))
    np.testing.assert_allclose(seg.scale(features, "spend"), expected, atol=1e-12)
    assert seg.scale(features, ["spend"]).index.equals(features.index)


def test_cluster_finds_what_is_planted_and_agrees_with_sklearn(blobs):
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    features, truth = blobs
    labels = seg.cluster(features, 4, log="spend")
    assert labels.value_counts().sort_index().is_monotonic_decreasing and labels.index.equals(features.index)
    assert seg.agreement(labels, truth)[0] > 0.98
    peer = KMeans(4, n_init=10, random_state=1).fit(seg.scale(features, "spend"))
    assert adjusted_rand_score(labels, peer.labels_) == pytest.approx(1)
    ordered = seg.cluster(features, 4, log="spend", by="visits")
    means = features["visits"].groupby(ordered).mean()
    assert means.is_monotonic_decreasing and seg.agreement(ordered, labels)[0] == 1


def test_clusters_do_not_depend_on_rows_units_or_the_run(blobs):
    features, _ = blobs
    labels = seg.cluster(features, 3)
    for other in (features, features.sample(frac=1, random_state=5), features * [100, 0.01, 7]):
        assert (seg.cluster(other, 3)[features.index] == labels).all()
    # Where there are no clusters, k-means finds others with every start.
    noise = pd.DataFrame(np.random.default_rng(1).normal(size=(200, 6)))
    assert (seg.cluster(noise.sample(frac=1, random_state=5), 7).loc[noise.index] == seg.cluster(noise, 7)).all()
    judged, again = (seg.choose_k(table, (2, 3), resamples=3) for table in (features, features[::-1]))
    pd.testing.assert_frame_equal(judged, again)


def test_the_stability_measures_the_samples_not_unlucky_starts():
    """With two starts Qinghe's six clusters seem shakier than five; and the explorer tells what choose_k tells."""
    from crmlib.widgets import segmentation as explorer

    habits, _ = explorer._habits()
    judged = seg.choose_k(habits, [5, 6], log=["orders", "basket"], resamples=explorer.SAMPLES)["stability"]
    assert judged[6] > 0.97 > 0.95 > judged[5]
    assert [np.mean(explorer._clustered(k)[1][1:]) for k in (5, 6)] == pytest.approx(judged.tolist())


def test_choose_k_judges_as_sklearn_does(blobs):
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    features, _ = blobs
    judged = seg.choose_k(features, range(2, 7), log="spend", resamples=5)
    assert judged.index.tolist() == [2, 3, 4, 5, 6]
    assert judged["inertia"].is_monotonic_decreasing and judged["silhouette"].idxmax() == 4
    assert (
        judged.loc[4, "stability"] > 0.97 > 0.95 > judged.loc[5:, "stability"].max() and judged["stability"].max() <= 1
    )
    points = seg.scale(features, "spend")
    peer = KMeans(4, n_init=10, random_state=3).fit(points)
    assert judged.loc[4, "inertia"] == pytest.approx(peer.inertia_, rel=1e-4)
    assert judged.loc[4, "silhouette"] == pytest.approx(silhouette_score(points, peer.labels_), abs=1e-3)


def test_noise_has_no_stable_clusters():
    noise = pd.DataFrame(np.random.default_rng(3).normal(size=(400, 5)))
    assert seg.choose_k(noise, [5], resamples=5).loc[5, "stability"] < 0.6


def test_profile_is_a_grouped_mean(blobs):
    features, truth = blobs
    table = seg.profile(features, truth)
    assert table["customers"].tolist() == [300, 200, 120, 80] and table["share"].sum() == pytest.approx(1)
    pd.testing.assert_frame_equal(table[features.columns.tolist()], features.groupby(truth[features.index]).mean())


def test_clustering_is_silent(blobs, capfd, recwarn):
    features, _ = blobs
    seg.choose_k(features, (2, 3), resamples=2)
    seg.cluster(features, 3)
    assert capfd.readouterr() == ("", "") and not recwarn.list


def test_the_library_is_light_until_it_clusters():
    script = (
        "import sys, crmlib.segmentation as s; heavy = {'sklearn', 'scipy', 'rapidfuzz', 'matplotlib'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


FEATURES = pd.DataFrame({"a": [1.0, 2, 3, 9], "b": [4.0, 4.5, 0, 1]}, index=list("WXYZ"))
BAD_FEATURES = {
    "a constant feature": (lambda: seg.cluster(FEATURES.assign(b=7), 2), ValueError, '"b" is constant'),
    "a feature as good as constant": (
        lambda: seg.scale(FEATURES.assign(b=[1e9, 1e9, 1e9, 1e9 + 1e-6])),
        ValueError,
        '"b" is constant',
    ),
    "NaN features": (
        lambda: seg.choose_k(FEATURES.assign(a=[1, np.nan, 2, 3]), [2]),
        ValueError,
        '"a" is missing or infinite.*1 of 4 rows.*X',
    ),
    "an infinite feature": (lambda: seg.scale(FEATURES.assign(a=[1, np.inf, 2, 3])), ValueError, '"a" is missing'),
    "a text feature": (lambda: seg.cluster(FEATURES.assign(a=list("abcd")), 2), TypeError, '"a" holds str'),
    "k larger than customers": (lambda: seg.cluster(FEATURES, 5), ValueError, "k = 5 clusters of 4 customers"),
    "k larger than different customers": (
        lambda: seg.cluster(pd.concat([FEATURES[:2]] * 3, ignore_index=True), 3),
        ValueError,
        "only 2 customers differ",
    ),
    "one cluster": (lambda: seg.cluster(FEATURES, 1), ValueError, "k = 1: a whole number of at least 2"),
    "half a cluster": (lambda: seg.choose_k(FEATURES, [2.5]), ValueError, "ks = 2.5"),
    "no k": (lambda: seg.choose_k(FEATURES, []), ValueError, "ks is empty"),
    "one resample": (
        lambda: seg.choose_k(FEATURES, [2], resamples=1),
        ValueError,
        "resamples = 1: a whole number of at least 2",
    ),
    "a logarithm of a loss": (lambda: seg.scale(FEATURES - 2, log="a"), ValueError, '"a" is missing.* below 0'),
    "a logarithm of nothing": (lambda: seg.scale(FEATURES, log="spend"), ValueError, "Missing column: spend"),
    "an order by nothing": (lambda: seg.cluster(FEATURES, 2, by="spend"), ValueError, "Missing column: spend"),
    "polars": (lambda: seg.scale(pl.DataFrame({"a": [1]})), TypeError, "to_pandas"),
    "nothing": (lambda: seg.scale(FEATURES[:0]), ValueError, "features: the table is empty"),
    "labels of others": (
        lambda: seg.profile(FEATURES, pd.Series(0, list("WXYV"))),
        ValueError,
        "same customers: 2 are in one only, first: Z, V",
    ),
    "a feature with the name of a result": (
        lambda: seg.profile(FEATURES.assign(share=1), pd.Series(0, FEATURES.index)),
        ValueError,
        "share: .*rename",
    ),
    "labels missing": (
        lambda: seg.profile(FEATURES, pd.Series([0, 1, None, 0], index=list("WXYZ"))),
        ValueError,
        "1 customers have no class, first: Y",
    ),
}


@pytest.mark.parametrize("name", BAD_FEATURES)
def test_bad_features_are_refused(name):
    refuses(*BAD_FEATURES[name])
