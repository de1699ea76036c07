"""A simulated telephone network: takes calls over a webhook, and answers when it is told to."""
