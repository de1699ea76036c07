"""What the pages show, drawn from the state for one viewer. Pure: no request, no daemon."""
