"""World `store`: a shop with a site, whose customers live in four ways.

Each customer has a lifestyle (family cook, health minded, bargain hunter, trend follower), which
shapes what is bought, when, by which way, at which discount, and what is answered in the survey;
and a habit with mailings (active: opens and buys; semi-active: opens; passive: does not open).
Customers come over time, buy at their own pace and drop out unseen. One in sixteen answers
yes to every question, one in sixteen no. The shop's site counts hits in the last four months only.
Advertising in a region brings orders there one month later.

Tables and columns
- customers: customer_id, age, gender, household, settlement, region, climate, source, email
- products: product_id, department, category, brand
- orders: customer_id, order_id, ordered_at, amount, quantity, product_id, discount,
  coupon_discount, cost, channel (shop, web, phone); returns are orders with negative amounts
- visits: visitor_id, seen_at, event (page, search, product, cart, form, download, purchase),
  customer_id, session_id, page, product_id, order_id, amount, source, device, region
- mailings: customer_id, campaign_id, campaign_type, sent_at, ends_at, opened, clicked, responded,
  responded_at
- survey: customer_id, answered_at, ten statements answered yes or no, why_us
- advertising: spent_at, amount, channel, segment (the region)

Truth, kept apart
- customers: customer_id, lifestyle, mail_habit, answer_style, orders_a_year, joined_at, left_at
- visits: session_id, kind (purchase, abandoned cart, looked, asked)
- advertising: lag_months, effect
"""

from segkit.simulate.store import people, responses, sales, site


def build(plan):
    """Build the tables and the truth of the world: two dicts of DataFrames."""
    crowd = people.draw(plan)
    mailed = responses.mailings(plan, crowd)
    bought = sales.draw(plan, crowd, mailed)
    visits, visit_truth = site.draw(plan, crowd, bought)
    tables = {
        "customers": people.table(plan, crowd),
        "products": sales.products(),
        "orders": bought.orders,
        "visits": visits,
        "mailings": mailed.table,
        "survey": responses.survey(plan, crowd),
        "advertising": bought.advertising,
    }
    truth = {
        "customers": people.truth(plan, crowd),
        "visits": visit_truth,
        "advertising": sales.effect(),
    }
    return tables, truth
