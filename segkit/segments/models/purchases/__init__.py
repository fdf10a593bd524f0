"""How often and for how much will they buy again? Models of repeat purchases, for `clv`.

`bgnbd` counts purchases to come and the chance that a customer is still one, `gammagamma` the
money per purchase, `history` what the data must hold before either is asked, `holdout` whether
the forecast beats the naive one, `bootstrap` how sure all of it is. Own code on scipy.
"""
