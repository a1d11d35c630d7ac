"""The plant of processes: own Postgres and Valkey, the first start, the supervisor, the suite. Runs FloorOps, is not part of it."""
