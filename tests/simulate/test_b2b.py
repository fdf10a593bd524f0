"""The b2b world is what was planted: archetypes, order of dates, conversion, effects."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from segkit import simulate
from segkit.simulate import samples
from segkit.simulate.b2b import clients, contacts, deals

TRAITS = list(clients.WORLD.traits)


@pytest.fixture(scope="module")
def large():
    return simulate.world("b2b", customers=6000, seed=21)


@pytest.fixture(scope="module")
def truth(large):
    return large.truth["customers"].set_index("customer_id")


def thirds(world, moments):
    """Tell in which third of the time each moment lies: 0, 1, 2."""
    start = pd.Timestamp(world.start)
    days = (start + pd.DateOffset(months=world.months) - start) / pd.Timedelta(days=1)
    return np.minimum((moments - start) / pd.Timedelta(days=1) * 3 // days, 2).astype(int)


def test_archetypes_have_their_shares(truth):
    shares = truth.archetype.value_counts(normalize=True)
    for name, (share, _, _) in clients.WORLD.archetypes.items():
        assert shares[name] == pytest.approx(share, abs=0.001)
    assert truth.blended_with.notna().mean() == pytest.approx(0.06, abs=0.001)


def test_traits_scatter_around_their_archetypes(truth):
    pure = truth[truth.blended_with.isna()]
    for name, (_, means, _) in clients.WORLD.archetypes.items():
        own = pure.loc[pure.archetype == name, TRAITS]
        error = np.sqrt(np.array(means) * (1 - np.array(means)) / 15 / len(own))
        assert (np.abs(own.mean().to_numpy() - means) < 4 * error + 1e-4).all(), name


def test_the_kappa_of_the_traits_is_fourteen(truth):
    regular = truth[(truth.archetype == "disciplined regular") & truth.blended_with.isna()]
    wanted = 0.55 * 0.45 / (clients.WORLD.kappa + 1)
    assert regular.financial.var() == pytest.approx(wanted, rel=0.15)


def test_dates_stand_in_their_causal_order(large):
    orders = large.tables["orders"].drop_duplicates("order_id").set_index("order_id").ordered_at
    requests = large.tables["requests"].dropna(subset="order_id")
    assert (requests.requested_at <= orders[requests.order_id].array).all()
    invoices = large.tables["invoices"]
    assert (orders[invoices.order_id].array <= invoices.sent_at).all()
    paid = invoices.dropna(subset="paid_at")
    assert (paid.sent_at.dt.normalize() < paid.paid_at).all()
    documents = large.tables["documents"]
    assert (orders[documents.order_id].array <= documents.sent_at).all()
    signed = documents.dropna(subset="signed_at")
    assert (signed.sent_at.dt.normalize() < signed.signed_at).all()
    reviews = large.tables["reviews"].dropna(subset="order_id")
    assert (orders[reviews.order_id].array < reviews.reviewed_at).all()


def test_invoices_open_at_the_end_are_censored_not_late(large):
    invoices = large.tables["invoices"]
    end = pd.Timestamp(large.start) + pd.DateOffset(months=large.months)
    young = invoices[invoices.sent_at >= end - pd.Timedelta(days=7)]
    old = invoices[invoices.sent_at < end - pd.Timedelta(days=200)]
    assert young.paid_at.isna().mean() > 0.3
    assert old.paid_at.isna().mean() == 0
    assert (young[young.paid_at.isna()].due_at >= end).mean() > 0.9


def test_the_sum_of_an_invoice_is_the_sum_of_its_order(large):
    sums = large.tables["orders"].groupby("order_id").amount.sum()
    invoices = large.tables["invoices"]
    assert np.allclose(sums[invoices.order_id], invoices.amount)


def test_requests_become_orders_as_calibrated(large):
    requests = large.tables["requests"]
    part = thirds(large, requests.requested_at)
    for third, wanted in enumerate(deals.WORLD.conversion):
        got = requests.order_id.notna()[part == third].mean()
        assert got == pytest.approx(wanted, abs=0.03)


def test_problem_orders_fall_as_calibrated(large):
    orders = large.tables["orders"].drop_duplicates("order_id")
    problem = orders.order_id.isin(large.truth["problems"].order_id)
    part = thirds(large, orders.ordered_at)
    for third, wanted in enumerate(deals.WORLD.problems):
        assert problem[part == third].mean() == pytest.approx(wanted, abs=0.006)
    claims = large.tables["documents"].query("kind == 'claim'")
    assert set(claims.order_id) <= set(large.truth["problems"].order_id)


def test_the_size_of_a_firm_multiplies_money_and_not_loyalty(large, truth):
    orders = large.tables["orders"]
    per_order = (
        orders.groupby("customer_id").amount.sum()
        / orders.groupby("customer_id").order_id.nunique()
    )
    size = np.log(truth["size"])
    assert np.corrcoef(size, np.log(per_order[truth.index]))[0, 1] > 0.75
    assert (truth[TRAITS].corrwith(size).abs() < 4 / np.sqrt(len(truth))).all()
    counts = orders.groupby("customer_id").order_id.nunique()[truth.index]
    assert abs(np.corrcoef(size, counts)[0, 1]) < 4 / np.sqrt(len(truth))


def test_more_is_ordered_before_christmas(large):
    orders = large.tables["orders"].drop_duplicates("order_id")
    by_month = orders.groupby(orders.ordered_at.dt.month).size()
    assert by_month.idxmax() == 12
    assert by_month[12] > 1.8 * by_month[7]


def test_prompt_clients_pay_within_three_working_days(large, truth):
    invoices = large.tables["invoices"].dropna(subset="paid_at")
    took = np.busday_count(
        invoices.sent_at.to_numpy().astype("datetime64[D]"),
        invoices.paid_at.to_numpy().astype("datetime64[D]"),
    )
    share = pd.Series(took <= 3, index=invoices.customer_id).groupby(level=0).agg(["mean", "size"])
    many = share[share["size"] >= 15].index
    error = share["mean"][many] - truth.procedural[many]
    assert abs(error.mean()) < 0.02
    assert (took >= 1).all()


def test_managers_note_down_as_planted(large):
    """The least diligent note fewer requests per order than the most diligent."""
    manager = large.tables["customers"].set_index("customer_id").manager
    orders = large.tables["orders"].drop_duplicates("order_id")
    noted = orders.order_id.isin(large.tables["requests"].order_id)
    got = noted.groupby(manager[orders.customer_id].to_numpy()).mean()
    for name, wanted in clients.WORLD.managers.items():
        assert got[name] == pytest.approx(wanted, abs=0.02)


def test_offer_b_works_as_planted(large, truth):
    mailed = large.tables["mailings"].query("campaign_type.str.startswith('test')")
    kind = truth.archetype[mailed.customer_id].to_numpy()
    rates = mailed.responded.groupby([kind, mailed.campaign_type.to_numpy()]).agg(["mean", "size"])
    for name, effect in contacts.WORLD.effects.items():
        a, b = (rates.loc[(name, f"test offer {arm}")] for arm in "AB")
        error = np.sqrt(sum(r["mean"] * (1 - r["mean"]) / r["size"] for r in (a, b)))
        assert b["mean"] - a["mean"] == pytest.approx(effect, abs=4 * error)


def test_each_client_gets_only_one_of_the_two_offers(large):
    mailed = large.tables["mailings"].query("campaign_type.str.startswith('test')")
    assert mailed.customer_id.is_unique


def test_a_referral_names_the_firm_that_recommended_us(large):
    heard = large.tables["referrals"].set_index("referred_id")
    true = large.truth["referrals"].set_index("referred_id").customer_id
    company = large.tables["customers"].set_index("customer_id").company
    short = company[true].str.rsplit(" ", n=1).str[0]
    told = heard.told[true.index]
    assert all(name in said for name, said in zip(short, told, strict=True))
    noted = heard.customer_id.dropna()
    assert (noted == true[noted.index]).all()
    assert 0.6 < len(noted) / len(true) < 1


def test_advocates_recommend_most(large, truth):
    given = large.truth["referrals"].customer_id.value_counts()
    mean = given.reindex(truth.index).fillna(0).groupby(truth.archetype).mean()
    assert mean.idxmax() == "advocate"
    assert mean["advocate"] > 3 * mean.drop("advocate").max()


def test_critics_complain_and_advocates_praise(large, truth):
    reviews = large.tables["reviews"]
    kind = truth.archetype[reviews.customer_id].to_numpy()
    share = (reviews.kind == "complaint").groupby(kind).mean()
    wanted = pd.Series({name: told[2] for name, told in clients.WORLD.archetypes.items()})
    assert (share - wanted).abs().max() < 0.09  # blends, and problems are complained about
    assert share.idxmax() == "caring critic"
    assert share.idxmin() == "advocate"


def test_prospects_asked_and_never_bought(large, truth):
    tables = large.tables
    prospects = set(tables["customers"].customer_id) - set(truth.index)
    assert len(prospects) == 2400
    assert not prospects & set(tables["orders"].customer_id)
    noted = prospects & set(tables["requests"].customer_id)
    assert len(noted) > 0.8 * len(prospects)


def test_every_client_bought(large, truth):
    assert set(truth.index) == set(large.tables["orders"].customer_id)


# ------------------------------------------------------------------ can the archetypes be found?


def measured(tables):
    """Measure each client by counts, plainly: one row per client with an order."""

    def prompt(table, back):
        known = table.dropna(subset=back)
        days = (known[c].to_numpy().astype("datetime64[D]") for c in ("sent_at", back))
        return pd.Series(np.busday_count(*days) <= 3, known.customer_id).groupby(level=0).sum()

    orders, reviews = tables["orders"], tables["reviews"]
    found = pd.DataFrame({"spend": orders.groupby("customer_id").amount.sum()})
    found["orders"] = orders.groupby("customer_id").order_id.nunique()
    for name in ("requests", "invoices", "documents", "mailings", "events", "reviews", "referrals"):
        found[name] = tables[name].groupby("customer_id").size()
    found["forms"] = tables["requests"].query("channel == 'form'").groupby("customer_id").size()
    found["paid_soon"] = prompt(tables["invoices"], "paid_at")
    found["signed_soon"] = prompt(tables["documents"], "signed_at")
    found["opened"] = tables["mailings"].groupby("customer_id").opened.sum()
    found["attended"] = tables["events"].groupby("customer_id").attended.sum()
    found["complaints"] = reviews.query("kind == 'complaint'").groupby("customer_id").size()
    return found.fillna(0)


def careful(found):
    """Log what is skewed, shrink shares of small counts, bring all to one scale."""

    def share(part, whole, prior=3):
        usual = found[part].sum() / found[whole].sum()
        return (found[part] + prior * usual) / (found[whole] + prior)

    def scaled(column):
        return (column - column.mean()) / column.std()

    prompt = [share("forms", "requests"), share("paid_soon", "invoices"),
              share("signed_soon", "documents")]  # fmt: skip
    near = [share("opened", "mailings"), share("attended", "events")]
    said = [np.log1p(found.reviews), share("reviews", "orders")]
    return pd.DataFrame(
        {
            "financial": scaled(np.log1p(found.orders)),
            "referral": scaled(np.log1p(found.referrals)),
            "procedural": scaled(sum(map(scaled, prompt))) * 1.3,
            "contact": scaled(sum(map(scaled, near))),
            "evaluative": scaled(sum(map(scaled, said))),
            "complaints": 0.7 * scaled(share("complaints", "reviews", prior=1)),
        }
    )


def agreement(features, labels):
    found = KMeans(8, n_init=10, random_state=0).fit_predict(features)
    return adjusted_rand_score(labels, found)


@pytest.mark.parametrize("seed", [13, 31, 32])
def test_careful_work_finds_the_archetypes_and_careless_work_does_not(seed):
    world = simulate.world("b2b", customers=500, seed=seed)
    truth = world.truth["customers"].set_index("customer_id")
    found = measured(world.tables).loc[truth.index]
    assert agreement(found, truth.archetype) < 0.2
    assert agreement(careful(found), truth.archetype) >= 0.45
    assert agreement(truth[TRAITS], truth.archetype) > 0.78  # an oracle that knows the traits


def test_the_sample_is_one_of_these():
    assert samples.SAMPLES["b2b"] == {"customers": 500, "seed": 13}
