"""What people do with tasks: each act checks its rule, runs in one transaction and is audited."""
