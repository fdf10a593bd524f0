"""World `b2b`: a supplier of branded gifts, its CRM, and eight kinds of loyal clients.

Each client belongs to one archetype, whose five loyalty traits (financial, referral, procedural,
contact, evaluative) scatter around the archetype's means; 6 % are blends of two. All else
follows from the traits, in this order: purchases (with drop-out and a December peak), the
request before each order, invoice, payment, documents and their signing, review, referral. The
size of the firm multiplies money and nothing else. Managers differ in how many requests they
note down. Requests become orders in 30 % of the cases in the first third of the time and in
70 % in the last; problem orders fall from 7 % to 2 %. What happens after the last day is not in
the data: an invoice not yet paid is open, a document not yet back is unsigned.

Beside the clients there are prospects (four for ten clients), who asked and never bought.

Tables and columns
- customers: customer_id, company, industry, employees, turnover, region, settlement, manager,
  source, contacts_n, email
- products: product_id, department, category, brand
- orders: customer_id, order_id, ordered_at, amount, quantity, product_id,
  unit_price, cost, channel
- requests: customer_id, requested_at, request_id, channel, order_id, manager, topic
- invoices: customer_id, sent_at, invoice_id, order_id, due_at, paid_at, amount
- documents: customer_id, sent_at, document_id, order_id, signed_at, kind (contract, delivery
  note, claim: a claim belongs to a problem order)
- mailings: customer_id, campaign_id, campaign_type, sent_at, ends_at, opened, clicked, responded,
  responded_at
- events: customer_id, held_at, event_id, kind, attended
- referrals: referred_id, referred_at, customer_id (where the manager noted it), told
- reviews: customer_id, reviewed_at, review_id, order_id, rating, kind, text
- advertising: spent_at, amount, channel, segment

Truth, kept apart
- customers: customer_id, archetype, blended_with, financial, referral, procedural, contact,
  evaluative, complaint_share, size, joined_at, left_at
- problems: order_id (orders with a problem)
- referrals: referred_id, customer_id
- effects: archetype, effect (added chance of a response to offer B)
- managers: manager, noted (share of requests noted down)
- calibration: part, requests_to_orders, problem_orders

Source: the article on loyalty types; its 500 clients, 30 and 70 %, 7 and 2 %.
"""

from segkit.simulate.b2b import clients, contacts, deals


def build(plan):
    """Build the tables and the truth of the world: two dicts of DataFrames."""
    people = clients.draw(plan)
    sales = deals.draw(plan, people)
    tables = {
        "customers": clients.table(plan, people),
        **sales.tables,
        **contacts.draw(plan, people, sales),
    }
    came = tables.pop("came")
    tables["customers"]["source"] = came.pop("source")
    truth = {"customers": clients.truth(plan, people), "referrals": came["referrals"]}
    return tables, truth | sales.truth | contacts.truth()
