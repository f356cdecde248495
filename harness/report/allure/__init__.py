"""Allure's results, its page and its history."""
