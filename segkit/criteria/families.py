"""The families of criteria, as data: what they are, whom they serve, how one reaches by them.

Source: stage 2 of the handbook (seven families), its chapter on web analytics (technology and
source) and the text on needs. `serves` uses the goal names of `segkit.goals.CATALOGUE`. `reach`
says where the knowledge lives: "record" = in our own books for every buyer; "told" = only for
those who told us; "survey" = only for those we asked, so others need a few typing questions.
"""

import pandas as pd

EVERY = ("sales", "loyalty", "marketing cost", "service", "assortment and price", "promotion")

FAMILIES = (
    {
        "family": "behavioural",
        "signs": "how often, how much at once, what and when they buy",
        "serves": (*EVERY, "new product", "churn"),
        "reach": "record",
        "store": "frequency, favourite departments, weekday or weekend",
        "services": "visits a month, express or full service",
        "b2b": "orders a quarter, product lines in use",
        "mixed": "goods or services first, one-off or contract",
    },
    {
        "family": "promotion",
        "signs": "reaction to discounts, coupons and mailings",
        "serves": ("sales", "marketing cost", "promotion", "churn"),
        "reach": "record",
        "store": "share of orders with a coupon",
        "services": "bookings made on an offer",
        "b2b": "orders on a volume rebate",
        "mixed": "offers taken, by people and by companies",
    },
    {
        "family": "value",
        "signs": "what a customer brings: turnover, profit, lifetime value",
        "serves": ("sales", "loyalty", "marketing cost", "service", "promotion", "churn"),
        "reach": "record",
        "store": "spend in the last year",
        "services": "income from premium services",
        "b2b": "turnover and margin of the account",
        "mixed": "turnover, told apart for people and companies",
    },
    {
        "family": "lifecycle",
        "signs": "the stage: new, regular, lapsing, gone",
        "serves": ("sales", "loyalty", "marketing cost", "promotion", "churn", "new product"),
        "reach": "record",
        "store": "days since the last purchase",
        "services": "first visit or subscriber",
        "b2b": "lead, pilot, framework contract",
        "mixed": "lead, new, regular",
    },
    {
        "family": "channel",
        "signs": "where they meet us: shop, web, phone, partner",
        "serves": ("sales", "marketing cost", "service", "promotion"),
        "reach": "record",
        "store": "number of shops visited, online share",
        "services": "booked by phone or online",
        "b2b": "through a manager or a partner",
        "mixed": "showroom, web, account manager",
    },
    {
        "family": "demographic",
        "signs": "age, sex, income, education, family",
        "serves": ("sales", "assortment and price", "promotion", "new product"),
        "reach": "told",
        "store": "age, children in the household",
        "services": "age, occupation",
        "b2b": "the buyer's position, not the firm's",
        "mixed": "income, for people only",
    },
    {
        "family": "geographic",
        "signs": "country, town, district, climate",
        "serves": ("sales", "assortment and price", "service", "marketing cost", "promotion"),
        "reach": "told",
        "store": "district, way to the shop",
        "services": "town, time to get there",
        "b2b": "region, delivery zone",
        "mixed": "region",
    },
    {
        "family": "firmographic",
        "signs": "industry, size, budget of a company",
        "serves": ("sales", "service", "assortment and price", "new product"),
        "reach": "told",
        "store": "–",
        "services": "companies among the clients",
        "b2b": "industry, headcount",
        "mixed": "industry and headcount, for companies only",
    },
    {
        "family": "psychographic",
        "signs": "way of life, interests, values",
        "serves": ("loyalty", "assortment and price", "new product", "service"),
        "reach": "survey",
        "store": "eats for health, buys green",
        "services": "convenience, status or price",
        "b2b": "keen on new things or careful",
        "mixed": "values of the household or the firm",
    },
    {
        "family": "needs",
        "signs": "what the product must solve: price, quality, a function",
        "serves": ("loyalty", "service", "assortment and price", "new product"),
        "reach": "survey",
        "store": "cheap week's shop or a treat",
        "services": "fast or thorough repair",
        "b2b": "compliance, speed, cost",
        "mixed": "furnish a home or an office",
    },
    {
        "family": "technology and source",
        "signs": "device, browser, advert or search they came by",
        "serves": ("sales", "marketing cost", "service"),
        "reach": "record",
        "store": "phone or desktop, first advert",
        "services": "came by map or search",
        "b2b": "trade fair, search, referral",
        "mixed": "source of the first visit",
    },
)
"""One dict per family; the four kinds of business each have an example of their own."""


def families(*, business, goal=None, dictionary=None):
    """Return family, signs, example for this kind of business, serves_goal, reach, on_card.

    `business` is store, services, b2b or mixed; `goal` a name of the goal catalogue;
    `dictionary` that of a card, whose columns of each family are counted.
    """
    table = pd.DataFrame(FAMILIES)
    table["serves_goal"] = ["yes" if goal in (None, *s) else "no" for s in table["serves"]]
    table["example"] = table[business]
    there = {} if dictionary is None else dictionary["family"].value_counts().to_dict()
    table["on_card"] = [there.get(family, 0) for family in table["family"]]
    return table[["family", "signs", "example", "serves_goal", "reach", "on_card"]]


def reach(family):
    """Return where the knowledge of a family lives: record, told, survey, or "unknown"."""
    return next((f["reach"] for f in FAMILIES if f["family"] == family), "unknown")
