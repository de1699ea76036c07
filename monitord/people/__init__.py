"""Who is who: PINs, local logins and roles. They are the daemon's, never a console's."""
