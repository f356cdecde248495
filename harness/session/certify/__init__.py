"""Certificate bundles: written, signed, checked offline."""
