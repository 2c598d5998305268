"""The authority's rules, read from the published texts and written independently of the product's."""
