"""TLS for the pages: the site's own authority, or a certificate that the site was given."""
