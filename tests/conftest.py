pytest_plugins = ["tests.casts"]
