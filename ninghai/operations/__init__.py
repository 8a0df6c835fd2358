"""Running the portal: environment and checks of an installation, health and metrics, maintenance, backups; `waiting`: what the portal asks of people."""
