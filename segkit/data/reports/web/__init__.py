"""A site in tables for a reader: `counts` by source and page, `site` with all of it at a glance."""
