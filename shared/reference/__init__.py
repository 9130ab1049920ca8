"""Reference data shipped with the product: calendar and rules of time limits."""
