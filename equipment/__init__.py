"""The three-fixed register, point checks, upkeep, repairs, cost shares: this room is not furnished yet."""
