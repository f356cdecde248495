"""What the APIs promise: rules that take data and give checks."""
