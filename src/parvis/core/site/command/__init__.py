"""The `parvis` command: one module for each subcommand or small group of them."""
