"""Find what is wrong with an OpenAPI document, all of it in one run."""
