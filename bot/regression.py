"""Logistic regression over the features of a text, as the classifier and the moves of follow-ups use it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

Fitted = tuple[tuple[str, ...], np.ndarray, np.ndarray]


def fit(features: np.ndarray, labels: Sequence[str], inverse_regularization: float, steps: int) -> Fitted:
    """The labels in order, weights (features x labels) and bias (labels), fitted to features (n x width)."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=inverse_regularization, max_iter=steps, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped on purpose
        model.fit(features, list(labels))
    names = tuple(map(str, model.classes_))
    return names, model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
