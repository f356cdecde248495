"""Many users at a time: each runs the cases of an Arazzo document again and again, under Locust."""
