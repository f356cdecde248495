"""A small product as another package would bring it: one POST and a healthcheck."""
