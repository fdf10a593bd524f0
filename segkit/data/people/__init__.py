"""Who is who, and nobody's address kept.

`identities` gives pseudonyms, finds and merges doubles and leaves contacts out; `contacts` knows
what a contact looks like; `addresses` fetches contacts from the source, for an export only; `reach`
tells from a card who may and can be reached.
"""
