"""Customers picked and described the way a CRM does: by hand, without a model.

`selections` are groups by conditions on any field, ready ones in `selections.yaml`;
`classifications` sort all customers by several schemes side by side; `typical` tells what sets
the members of a group apart from everybody.
"""
