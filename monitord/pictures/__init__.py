"""What cameras see: whether a picture is still a picture of the place, and what is kept of it.

Nothing here speaks to a device, and nothing here decides whether people are called.
"""
