"""What the package costs: measured beside others, recorded, and held to budgets."""
