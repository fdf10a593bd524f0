"""Likelihoods: the numbers by which models of different size are compared; less is better.

A model with more to estimate always fits the data at hand better, so each number adds a price for
what was estimated. They disagree because they price differently: AIC is generous, BIC and ICL
strict, and ICL asks besides that everybody be clearly in one class.

Sources: Akaike (1974); Schwarz (1978); Sclove (1987) for the sample-size adjusted BIC; Biernacki,
Celeux and Govaert (2000) for ICL; Celeux and Soromenho (1996) for the entropy.
"""

import numpy as np


def information(log_likelihood, *, parameters_n, chances, counts=None):
    """Return aic, bic, sabic, icl and entropy_r2 of a fitted model, as a dict.

    `chances`: (rows, classes), how likely each row is in each class; `counts`: for how many each
    row stands (one, if not given). BIC = −2 LL + parameters · ln n; SABIC has (n + 2) / 24 for n;
    ICL = BIC plus twice the entropy of belonging; entropy_r2: 1 = everybody clearly in one class, 0
    = nobody, undefined for one class.
    """
    counts = np.ones(len(chances)) if counts is None else np.asarray(counts, dtype=float)
    n, k, fit = counts.sum(), np.shape(chances)[1], -2 * log_likelihood
    sure = np.maximum(chances, 1e-300)
    entropy = float(-(counts @ (sure * np.log(sure)).sum(axis=1)))
    bic = fit + parameters_n * np.log(n)
    return {
        "aic": fit + 2 * parameters_n,
        "bic": bic,
        "sabic": fit + parameters_n * np.log((n + 2) / 24),
        "icl": bic + 2 * entropy,
        "entropy_r2": 1 - entropy / (n * np.log(k)) if k > 1 else np.nan,
    }
