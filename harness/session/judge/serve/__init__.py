"""The judge by hand: sessions of partners, what they are shown, and the page that shows it."""
