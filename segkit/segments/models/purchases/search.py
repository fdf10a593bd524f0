"""How the parameters of greatest likelihood are found, for few customers and for millions.

The loss is minus the mean log-likelihood with its gradient, by the logarithms of the parameters.
With many customers it is first settled on every so-manieth of them; the curvature found there
then leads all of them to the minimum in a handful of steps, instead of the dozens that a search
without it takes. Should the steps not settle, the plain search goes on from where they stand.
Taught in notebook approaches/clv.
"""

import numpy as np

MANY = 40_000
"""From so many rows on, a sample leads the way."""
FEW = 20_000
"""Rows of that sample."""

STEPS, SMALL = 12, 1e-6
"""Steps on all rows before the plain search takes over, and the move that ends them."""


def sampled(rows):
    """Return a slice that takes about `FEW` of so many rows, evenly; None where all are few."""
    return slice(None, None, -(-rows // FEW)) if rows >= MANY else None


def settle(loss, *, start, far, few=None):
    """Return the logarithms at which `loss` is least, within -far … far (one number or one each).

    `loss(logs)` gives the value and the gradient, `few` is the same of a sample of the rows.
    """
    if few is None:
        return plain(loss, start=start, far=far)
    near = plain(few, start=start, far=far)
    lead = _lead(few, near, far)
    return plain(loss, start=near, far=far) if lead is None else _led(loss, near, lead, far)


def plain(loss, *, start, far):
    """Search without a sample: L-BFGS within bounds."""
    from scipy.optimize import minimize

    bounds = [(-most, most) for most in np.broadcast_to(far, len(start))]
    options = {"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-9}
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x


def _lead(loss, at, far):
    """Return the inverse of the curvature at a point, or None where it leads nowhere."""
    step = 1e-4
    if (np.abs(at) > np.asarray(far) - 1).any():
        return None
    sides = [(loss(at + turn)[1], loss(at - turn)[1]) for turn in step * np.eye(len(at))]
    curvature = np.array([(up - down) / (2 * step) for up, down in sides])
    curvature = (curvature + curvature.T) / 2
    values = np.linalg.eigvalsh(curvature)
    return np.linalg.inv(curvature) if values[0] > 1e-9 * values[-1] else None


def _led(loss, at, lead, far):
    least = np.inf
    for _ in range(STEPS):
        value, slope = loss(at)
        move = lead @ slope
        if not value <= least + 1e-12 or np.abs(move).max() > 1:
            break
        at, least = at - move, value
        if np.abs(move).max() < SMALL:
            return at
    return plain(loss, start=np.clip(at, -far, far), far=far)
