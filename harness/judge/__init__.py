"""Clients under judgement: sessions, scripted answers, observed calls and what is expected of them."""
