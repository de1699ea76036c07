"""The journal: entries on disk, hash-chained, with snapshots and a side store for texts."""
