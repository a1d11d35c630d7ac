pytest_plugins = ["tests.own_services", "tests.browser", "tests.casts", "tests.wiping", "tests.order"]
