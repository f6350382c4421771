"""The top floor: settings, addresses, the door to the web server. Nothing else."""
