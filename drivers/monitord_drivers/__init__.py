"""Drivers that ship with monitord; they register like everybody else's."""
