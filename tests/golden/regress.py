"""Regressions by statsmodels; `tests/measure/regress.test.ts` makes the same rows. python3 regress.py > regress.json (statsmodels 0.15.0)"""
import json
import numpy as np
import statsmodels.api as sm

i = np.arange(36)
language = i % 6
x = np.sin(1.7 * i) + 0.3 * language
z = np.cos(0.9 * i * i)
likeness = np.array([0.1, 0.5, 0.3, 0.9, 0.4, 0.7])[language]
y = 0.5 + 0.8 * x - 0.3 * z + 0.6 * likeness + 0.25 * np.sin(5.1 * i) + 0.2 * np.cos(3.3 * language)

def said(fit, count):
    low, high = fit.conf_int().T
    return {"value": fit.params[:count].tolist(), "error": fit.bse[:count].tolist(), "low": low[:count].tolist(), "high": high[:count].tolist()}

whole = sm.OLS(y, np.c_[np.ones(36), x, z, likeness])
dummies = sm.OLS(y, np.c_[x, z, np.eye(6)[language]])
by = {"cov_type": "cluster", "cov_kwds": {"groups": language}, "use_t": True}
standard = lambda v: (v - v.mean()) / v.std(ddof=1)
print(json.dumps({
    "plain": said(whole.fit(), 4), "r2": whole.fit().rsquared,
    "clustered": said(whole.fit(**by), 4),
    "within": said(dummies.fit(**by), 2),
    "standard": said(sm.OLS(y, np.c_[np.ones(36), standard(x), standard(z), standard(likeness)]).fit(), 4),
}, indent=1))
