"""Simulated panels and other devices; they import nothing of ours and can contradict it."""
