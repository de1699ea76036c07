"""PUBLIC: virtual-time world, faults and checkers for tests of monitord and of drivers."""
