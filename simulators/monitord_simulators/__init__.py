"""Simulated panels and other devices; they import nothing of monitord, so they can contradict it."""
