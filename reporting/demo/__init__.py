"""The demo company: a believable distributor, the same one for the same seed. Every name is invented."""
